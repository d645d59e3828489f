/** Traces of jobs by OpenTelemetry, also between Ruby and Java. Begin with {@link io.resque.opentelemetry.ResqueTracing}. */
@NullMarked
package io.resque.opentelemetry;

import org.jspecify.annotations.NullMarked;
