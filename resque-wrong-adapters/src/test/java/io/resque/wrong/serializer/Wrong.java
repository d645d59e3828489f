package io.resque.wrong.serializer;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Payload;
import io.resque.serialization.gson.GsonSerializerProvider;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A serializer that breaks the wire format in one way.
 *
 * @param label what it does wrong
 * @param rules the rules that it breaks; the kit must find each of them broken
 * @param wrong turns the correct serializer into this one
 */
record Wrong(String label, Set<String> rules, Function<JobSerializer, JobSerializer> wrong)
        implements JobSerializerProvider {

    static Wrong of(String label, String rules, Function<JobSerializer, JobSerializer> wrong) {
        return new Wrong(label, new TreeSet<>(Set.of(rules.split(" "))), wrong);
    }

    /** Changes the text after it is written. */
    static Wrong writes(String label, String rules, UnaryOperator<String> change) {
        return of(label, rules, real -> new Changed(real) {
            @Override
            public Payload encode(@Nullable Object tree) {
                return Payload.ofText(change.apply(real.encode(tree).text()));
            }
        });
    }

    /** Changes the tree before it is written. */
    static Wrong writesTree(String label, String rules, UnaryOperator<@Nullable Object> change) {
        return of(label, rules, real -> new Changed(real) {
            @Override
            public Payload encode(@Nullable Object tree) {
                return real.encode(change.apply(tree));
            }
        });
    }

    /** Changes the text before it is read. */
    static Wrong reads(String label, String rules, UnaryOperator<String> change) {
        return of(label, rules, real -> new Changed(real) {
            @Override
            public @Nullable Object decode(Payload payload) {
                String text = payload.text();
                String changed = change.apply(text);
                return real.decode(changed.equals(text) ? payload : Payload.ofText(changed));
            }
        });
    }

    /** Changes the tree after it is read. */
    static Wrong readsTree(String label, String rules, UnaryOperator<@Nullable Object> change) {
        return of(label, rules, real -> new Changed(real) {
            @Override
            public @Nullable Object decode(Payload payload) {
                return change.apply(real.decode(payload));
            }
        });
    }

    @Override
    public String name() {
        return "gson";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobSerializer create() {
        return wrong.apply(new GsonSerializerProvider().create());
    }

    /** The correct serializer; a subclass changes one method. */
    static class Changed implements JobSerializer {
        private final JobSerializer real;

        Changed(JobSerializer real) {
            this.real = real;
        }

        @Override
        public Payload encode(@Nullable Object tree) {
            return real.encode(tree);
        }

        @Override
        public @Nullable Object decode(Payload payload) {
            return real.decode(payload);
        }

        @Override
        public @Nullable Object convert(@Nullable Object tree, Type type) {
            return real.convert(tree, type);
        }
    }
}
