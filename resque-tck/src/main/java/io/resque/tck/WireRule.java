package io.resque.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rules of {@code spec/wire-format.md} that a test checks. In a test of the kit a check is for the first of them,
 * unless the test says otherwise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface WireRule {
    /**
     * The numbers of the rules.
     *
     * @return for example {@code W-201}
     */
    String[] value();
}
