package io.resque.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.TestPropertySource;

/**
 * Gives a test a memory in place of Redis, and starts no worker: {@link io.resque.spring.boot.ResqueWorkers#drain} runs the jobs that were enqueued, on the
 * thread of the test. Each test method begins with an empty memory. For a test with {@code @SpringBootTest}; {@link ResqueTest} has it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@TestPropertySource(properties = {"resque.url=memory:${random.uuid}", "resque.worker.auto-startup=false"})
public @interface AutoConfigureTestResque {}
