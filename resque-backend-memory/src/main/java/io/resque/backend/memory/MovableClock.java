package io.resque.backend.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that a test can put forward. Its memory's lock guards that. */
final class MovableClock extends Clock {
    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    MovableClock(Clock clock) {
        this.clock = clock;
    }

    void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
        return clock.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        MovableClock there = new MovableClock(clock.withZone(zone));
        there.ahead = ahead;
        return there;
    }
}
