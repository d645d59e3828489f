package com.example.shelf;

import io.resque.api.spi.StatusRecord;
import java.time.Instant;

/**
 * A status with its end.
 *
 * @param until when it expires
 */
record KeptStatus(StatusRecord status, Instant until) {}
