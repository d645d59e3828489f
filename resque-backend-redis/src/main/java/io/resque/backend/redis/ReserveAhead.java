package io.resque.backend.redis;

import io.resque.api.spi.Reservation;
import org.jspecify.annotations.Nullable;

/** A reserve that waits at the server behind a peek, so that a pushed job finds it there. */
interface ReserveAhead {
    byte[][] command();

    Reservation read(@Nullable Object reply);
}
