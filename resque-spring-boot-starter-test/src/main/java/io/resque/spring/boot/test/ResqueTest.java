package io.resque.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of the jobs alone: a memory in place of Redis, no worker, and of the application only the components that have a {@link
 * io.resque.spring.boot.ResqueJob}. What these need is given by the test, such as by {@code @MockitoBean} or {@code @Import}.
 *
 * <pre>{@code
 * @ResqueTest
 * class WelcomeTest {
 *     @Autowired Resque resque;
 *     @Autowired ResqueWorkers workers;
 *     @MockitoBean Mailer mailer;
 *
 *     @Test
 *     void sendsAMail() {
 *         resque.enqueue("mail", "WelcomeMail", 42, "Chris");
 *         workers.drain();
 *         verify(mailer).send(42, "Chris");
 *     }
 * }
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(ResqueTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ResqueTypeExcludeFilter.class)
@AutoConfigureTestResque
@ImportAutoConfiguration
public @interface ResqueTest {
    /**
     * Properties for the test.
     *
     * @return in the form {@code key=value}
     */
    String[] properties() default {};

    /**
     * Whether only components with jobs are found.
     *
     * @return false for all components
     */
    boolean useDefaultFilters() default true;

    /**
     * Further components that are found.
     *
     * @return filters
     */
    Filter[] includeFilters() default {};

    /**
     * Components that are not found.
     *
     * @return filters
     */
    Filter[] excludeFilters() default {};

    /**
     * Auto-configurations that are left out.
     *
     * @return their classes
     */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
