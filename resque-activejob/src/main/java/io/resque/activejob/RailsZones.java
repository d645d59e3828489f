package io.resque.activejob;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;

/** The zone of a job. */
final class RailsZones {
    private RailsZones() {}

    static Optional<ZoneId> find(String name) {
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
