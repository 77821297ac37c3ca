<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en">
<context>
    <name>Main</name>
    <message>
        <location filename="a.cpp" line="3"/>
        <source>Open &quot;it&quot;
</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n dog(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform>%n chiens</numerusform>
        </translation>
    </message>
    <message><source>Yes</source><translation>Oui</translation></message>
    <message><source>Yes</source></message>
    <message><source>Gone</source><translation type="vanished"></translation></message>
    <message><source>Bell<byte value="x7"/></source><translation type="unfinished"></translation></message>
</context>
</TS>
