"""Counters in the text format of Prometheus."""

from serving.metrics import BUCKETS, RequestMetrics


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
