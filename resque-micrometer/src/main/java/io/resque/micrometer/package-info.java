/** Meters of a {@link io.resque.core.Resque} in any registry of Micrometer. Begin with {@link io.resque.micrometer.ResqueMetrics}. */
@NullMarked
package io.resque.micrometer;

import org.jspecify.annotations.NullMarked;
