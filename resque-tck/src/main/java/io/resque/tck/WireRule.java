package io.resque.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the rules of {@code spec/wire-format.md} that a test checks. */
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
