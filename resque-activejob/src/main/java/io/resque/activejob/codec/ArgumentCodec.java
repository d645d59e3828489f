package io.resque.activejob.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the member {@code arguments} of ActiveJob's job hash of Java values, and Java values of it. Immutable and thread-safe. */
public final class ArgumentCodec {
    private ArgumentCodec() {}

    /**
     * A codec without serializers of its own.
     *
     * @param target the oldest version of Rails that must be able to read what it writes
     * @return the codec
     */
    public static ArgumentCodec forTarget(Target target) {
        return builder().target(target).build();
    }

    /**
     * Begins a codec, for {@link Target#RAILS_7_1}.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes arguments.
     *
     * @param arguments the arguments
     * @return the member {@code arguments} as a JSON tree, which belongs to the caller
     * @throws ArgumentCodecException if an argument cannot be written, or a Rails worker would refuse it
     */
    public List<@Nullable Object> write(Arguments arguments) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads arguments.
     *
     * @param tree the member {@code arguments} as a JSON tree; null if it is missing
     * @return the arguments
     * @throws ArgumentCodecException if Rails could not read them either
     */
    public Arguments read(@Nullable Object tree) {
        throw new UnsupportedOperationException();
    }

    /** Collects what a codec needs. Not thread-safe. */
    public static final class Builder {
        private Builder() {}

        /**
         * Chooses the oldest version of Rails that must be able to read what the codec writes.
         *
         * @param target the version
         * @return this builder
         */
        public Builder target(Target target) {
            return this;
        }

        /**
         * Adds a serializer for objects of the application.
         *
         * @param serializer the serializer
         * @return this builder
         * @throws IllegalArgumentException if there is one for this name or class, or the codec itself has the name or the class
         */
        public Builder serializer(ObjectSerializer<?> serializer) {
            return this;
        }

        /**
         * Makes the codec.
         *
         * @return the codec
         */
        public ArgumentCodec build() {
            return new ArgumentCodec();
        }
    }
}
