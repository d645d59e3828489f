/**
 * What do probes and metrics show, and how is a client kept from holding up the port?
 *
 * <p>Read {@code HttpPort} and {@code HttpThreads} for the port, {@code MetricsPages} and {@code JobTimes} for the figures of this
 * process, {@code FleetLook} for those of all, which one look at Redis serves.
 */
@NullMarked
package io.resque.core.internal.http;

import org.jspecify.annotations.NullMarked;
