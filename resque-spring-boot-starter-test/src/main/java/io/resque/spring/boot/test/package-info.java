/**
 * Tests of jobs in an application of Spring Boot. {@link io.resque.spring.boot.test.ResqueTest} tests the jobs alone, {@link
 * io.resque.spring.boot.test.AutoConfigureTestResque} is for tests of the whole application, and {@link
 * io.resque.spring.boot.test.ResqueAssert} says what was enqueued.
 */
@NullMarked
package io.resque.spring.boot.test;

import org.jspecify.annotations.NullMarked;
