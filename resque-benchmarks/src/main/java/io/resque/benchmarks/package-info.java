/** Benchmarks: measure this library, its peers and the ceiling in turn, in one run. */
@org.jspecify.annotations.NullMarked
package io.resque.benchmarks;
