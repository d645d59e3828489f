/**
 * Resque in an application of Spring Boot. {@link io.resque.spring.boot.ResqueJob} makes a job of a bean or of a method, {@link
 * io.resque.spring.boot.ResqueProperties} lists the properties, and {@link io.resque.spring.boot.ResqueAutoConfiguration} makes the
 * beans. Begin reading there.
 */
@NullMarked
package io.resque.spring.boot;

import org.jspecify.annotations.NullMarked;
