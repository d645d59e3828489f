package io.resque.spring.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads {@link ResqueTest#properties}. */
final class ResqueTestContextBootstrapper extends TestSliceTestContextBootstrapper<ResqueTest> {}
