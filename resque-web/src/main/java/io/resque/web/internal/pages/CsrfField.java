package io.resque.web.internal.pages;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The hidden field that Spring Security asks of each form. It leaves a token in the request, whose class these pages do not know. */
final class CsrfField {
    private CsrfField() {}

    /** By the attribute {@code _csrf}; empty if there is none. */
    static Map<String, String> of(@Nullable Object token) {
        if (token == null) {
            return Map.of();
        }
        Optional<String> name = call(token, "getParameterName");
        Optional<String> value = call(token, "getToken");
        return name.isPresent() && value.isPresent() ? Map.of(name.get(), value.get()) : Map.of();
    }

    /** By a public type of the object, since its own class may be hidden. */
    private static Optional<String> call(Object token, String getter) {
        for (Class<?> type = token.getClass(); type != null; type = type.getSuperclass()) {
            Optional<String> found = callAs(type, token, getter);
            for (Class<?> each : type.getInterfaces()) {
                found = found.or(() -> callAs(each, token, getter));
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> callAs(Class<?> type, Object token, String getter) {
        try {
            Method method = type.getMethod(getter);
            return Modifier.isPublic(type.getModifiers())
                    ? Optional.ofNullable(method.invoke(token)).map(Object::toString)
                    : Optional.empty();
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }
}
