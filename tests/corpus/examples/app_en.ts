<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="de">
<context>
    <name>Example</name>
    <message>
        <source>Guten Morgen.</source>
        <translation>Good morning.</translation>
    </message>
    <message>
        <source>Der Tee ist heiß, sagt Zoë.</source>
        <translation>The tea is hot, says Zoë.</translation>
    </message>
    <message>
        <source>Sie ruft: „Warte!“</source>
        <translation>She calls: "Wait!"</translation>
    </message>
    <message>
        <source>Salz &amp; Pfeffer, bitte.</source>
        <translation>Salt &amp; pepper, please.</translation>
    </message>
    <message>
        <source>Wir lesen heute Abend 3 Bücher.</source>
        <translation>We read 3 books this evening.</translation>
    </message>
    <message>
        <source>Noch nicht übersetzt.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
