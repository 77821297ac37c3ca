import pytest

from seq2seq_keras.comparison import Budget, charts
from seq2seq_keras.comparison.styles import COLOURS

from .conftest import output, report_on


def test_scores_show_values_and_intervals(report):
    figure = charts.scores(report)
    for trace, system in zip(figure.data, report.systems, strict=True):
        intervals = (system.bleu, system.chrf, system.ter)
        assert trace.name == system.name
        assert list(trace.y) == [interval.value for interval in intervals]
        upper = [value + more for value, more in zip(trace.y, trace.error_y.array, strict=True)]
        assert upper == pytest.approx([interval.high for interval in intervals])


def test_learning_curves_by_epoch_or_by_minute(report):
    by_epoch = charts.learning_curves(report)
    assert list(by_epoch.data[0].x) == [1, 2, 3]
    assert list(by_epoch.data[0].y) == [10, 20, 30]
    timed = report.model_copy(update={"budget": Budget(epochs=3, time_limit=10)})
    by_minute = charts.learning_curves(timed)
    assert list(by_minute.data[0].x) == [1.5, 3, 4.5]
    assert "minutes" in by_minute.layout.xaxis2.title.text


def test_bleu_by_length_shows_every_bucket(report):
    figure = charts.bleu_by_length(report)
    buckets = report.systems[1].bleu_by_length
    assert list(figure.data[1].y) == [bucket.bleu for bucket in buckets]
    assert len(figure.layout.xaxis.ticktext) == len(buckets)
    assert "words" in figure.layout.xaxis.title.text


def test_every_axis_is_labelled(report):
    for figure in (charts.scores(report), charts.learning_curves(report)):
        assert all(axis.title.text for axis in figure.select_yaxes())


def test_architectures_keep_their_colours(report, crossed):
    colours = {trace.name: trace.marker.color for trace in charts.scores(report).data}
    assert colours == {"attention": COLOURS[0], "plain": COLOURS[1]}
    lines = {trace.name: trace.line for trace in charts.bleu_by_length(crossed).data}
    assert lines["lstm-plain"].color == lines["lstm-attention"].color != lines["rnn-plain"].color
    assert (lines["lstm-plain"].dash, lines["lstm-attention"].dash) == ("dash", "solid")


def test_names_are_no_markup():
    figure = charts.scores(report_on(output("<b>plain</b>", 0.5)))
    assert figure.data[0].name == "&lt;b&gt;plain&lt;/b&gt;"


def test_a_system_without_history_has_no_curve(report):
    bare = report.systems[0].model_copy(update={"history": [], "bleu_by_length": []})
    figure = charts.learning_curves(
        report.model_copy(update={"systems": [bare, report.systems[1]]})
    )
    assert {trace.name for trace in figure.data} == {"attention"}


@pytest.mark.parametrize("perplexities", [(430.0, 450.0), (1.01, 1.02), (3.0, 90_000.0), (5, 5)])
def test_the_perplexity_axis_has_ticks_around_the_data(report, perplexities):
    rows = [
        dict(row, valid_perplexity=value)
        for row, value in zip(report.systems[0].history, perplexities, strict=False)
    ]
    system = report.systems[0].model_copy(update={"history": rows})
    figure = charts.learning_curves(report.model_copy(update={"systems": [system]}))
    axis = figure.layout.yaxis2
    low, high = (10**end for end in axis.range)
    assert low <= min(perplexities) <= max(perplexities) <= high
    assert len([tick for tick in axis.tickvals if low <= tick <= high]) >= 2


def test_costs_are_those_of_the_report(report):
    figure = charts.costs(report)
    bars = {}
    for trace in figure.data:
        bars.setdefault(trace.name, []).append((trace.x[0], trace.text[0]))
    for system in report.systems:
        assert bars[system.name] == [
            (system.sentences_per_second, "41.5"),
            (system.parameters, "1.2 M"),
            (system.training_seconds, "4 min 30 s"),
        ]
    untold = [each.model_copy(update={"training_seconds": None}) for each in report.systems]
    assert len(charts.costs(report.model_copy(update={"systems": untold})).data) == 4


def test_eight_systems_are_told_apart_by_colour_and_by_marker(report):
    names = [f"model-{letter}" for letter in "abcdefgh"]
    systems = [report.systems[0].model_copy(update={"name": name}) for name in names]
    many = report.model_copy(update={"systems": systems, "pairs": []})
    traces = charts.bleu_by_length(many).data
    assert len({trace.line.color for trace in traces}) == 8
    assert len({trace.marker.symbol for trace in traces}) == 8
    for draw in (charts.scores, charts.learning_curves, charts.costs):
        assert {trace.name for trace in draw(many).data} == set(names)


def test_a_users_names_are_not_taken_for_cells(report):
    names = ("de-en-plain", "de-en-attention")
    systems = [
        system.model_copy(update={"name": name})
        for system, name in zip(report.systems, names, strict=True)
    ]
    traces = charts.bleu_by_length(report.model_copy(update={"systems": systems})).data
    assert len({trace.line.color for trace in traces}) == 2
