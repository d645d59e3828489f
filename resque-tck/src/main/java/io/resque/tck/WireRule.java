package io.resque.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which rules of {@code spec/wire-format.md} a test holds. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface WireRule {
    /**
     * The rules.
     *
     * @return their numbers, such as {@code W-201}
     */
    String[] value();
}
