package io.resque.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a context as members of a payload, and reads it, in the names that the propagators have; Ruby's instrumentation does the same. */
final class Carrier {
    private static final TextMapSetter<Map<String, @Nullable Object>> SETTER = (members, name, value) -> {
        if (members != null) {
            members.put(name, value);
        }
    };

    /** Any program may have written the members, so a value that is no text counts as absent. */
    private static final TextMapGetter<Map<?, ?>> GETTER = new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // earlier versions have no default
        public Iterable<String> keys(Map<?, ?> members) {
            List<String> names = new ArrayList<>();
            members.keySet().forEach(name -> names.add(String.valueOf(name)));
            return names;
        }

        @Override
        public @Nullable String get(@Nullable Map<?, ?> members, String name) {
            return members != null && members.get(name) instanceof String text ? text : null;
        }
    };

    private final TextMapPropagator propagator;

    Carrier(TextMapPropagator propagator) {
        this.propagator = propagator;
    }

    Map<String, @Nullable Object> inject(Context context) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        propagator.inject(context, members, SETTER);
        return members;
    }

    Context extract(Map<?, ?> members) {
        return propagator.extract(Context.root(), members, GETTER);
    }
}
