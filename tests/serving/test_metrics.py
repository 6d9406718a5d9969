"""Counters in the text format of Prometheus."""

from serving.metrics import BUCKETS, OTHER, RequestMetrics


def test_counts_and_durations_by_route() -> None:
    metrics = RequestMetrics(["/a"])
    for seconds in (0.0005, 0.02, 100.0):
        metrics.record("/a", 200, seconds)
    metrics.record("/b", 404, 0.001)
    lines = metrics.text().splitlines()
    assert 'costcast_requests_total{route="/a",status="200"} 3' in lines
    assert 'costcast_requests_total{route="other",status="404"} 1' in lines
    assert 'costcast_request_seconds_bucket{route="/a",le="0.001"} 1' in lines
    assert 'costcast_request_seconds_bucket{route="/a",le="0.025"} 2' in lines
    assert f'costcast_request_seconds_bucket{{route="/a",le="{BUCKETS[-1]}"}} 2' in lines
    assert 'costcast_request_seconds_bucket{route="/a",le="+Inf"} 3' in lines
    assert 'costcast_request_seconds_count{route="/a"} 3' in lines
    # a duration on a bound belongs to its bucket
    assert 'costcast_request_seconds_bucket{route="other",le="0.001"} 1' in lines


def test_a_name_in_braces_stands_for_one_part_of_a_path() -> None:
    for path, route in (
        ("/a", "/a"),
        ("/a/1", "/a/{id}"),
        ("/a/x-y", "/a/{id}"),
        ("/a/1/b.c", "/a/{id}/b.c"),
        ("/a/1/bxc", OTHER),
        ("/a/", OTHER),
        ("/a/1/2", OTHER),
        ("/b/a/1", OTHER),
    ):
        counted = RequestMetrics(["/a", "/a/{id}", "/a/{id}/b.c"])
        counted.record(path, 200, 0.1)
        assert f'costcast_requests_total{{route="{route}",status="200"}} 1' in counted.text()
