package io.resque.activejob.codec;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the member {@code arguments} of ActiveJob's job hash of Java values, and Java values of it. Immutable and thread-safe. It loads no
 * class by a name that it reads, and looks nothing up.
 *
 * <table>
 * <caption>Types</caption>
 * <tr><th>Ruby</th><th>Java</th></tr>
 * <tr><td>nil, true, false, String</td><td>null, {@link Boolean}, {@link String}</td></tr>
 * <tr><td>Integer</td><td>{@link Long}, or {@link java.math.BigInteger} if a long is too small; smaller types are written, too</td></tr>
 * <tr><td>Float</td><td>{@link Double}; a number with more digits than that is read as a {@link java.math.BigDecimal}</td></tr>
 * <tr><td>BigDecimal</td><td>{@link java.math.BigDecimal}; one that is NaN or infinite is read as an {@link UnknownObject}</td></tr>
 * <tr><td>Array</td><td>{@link List}</td></tr>
 * <tr><td>Hash</td><td>{@link RubyHash}; also written: each {@link Map} whose keys are Strings and {@link RubySymbol}s</td></tr>
 * <tr><td>Symbol; Class, Module</td><td>{@link RubySymbol}; {@link RubyClass}</td></tr>
 * <tr><td>Range</td><td>{@link RubyRange}</td></tr>
 * <tr><td>Duration</td><td>{@link RubyDuration}; also written: {@link java.time.Duration}, {@link java.time.Period}</td></tr>
 * <tr><td>Date; DateTime</td><td>{@link java.time.LocalDate}; {@link RubyDateTime}</td></tr>
 * <tr><td>Time</td><td>{@link java.time.OffsetDateTime}; also written: {@link java.time.Instant}. A text without offset, which means the
 *     zone of the worker's machine, is read as a {@link java.time.LocalDateTime}</td></tr>
 * <tr><td>TimeWithZone</td><td>{@link java.time.ZonedDateTime}; its zone is an offset if the text names none that this JVM knows</td></tr>
 * <tr><td>a record</td><td>{@link GlobalId}</td></tr>
 * <tr><td>an object with a serializer</td><td>what its {@link ObjectSerializer} makes; without one an {@link UnknownObject}</td></tr>
 * </table>
 *
 * <p>What is read and written again is what stood there, but for spelling: digits below a nanosecond, a zone that nobody knows, members that
 * Rails' own serializers would not have written. So a retry should keep the tree itself.
 */
public final class ArgumentCodec {
    private final Target target;
    private final Map<String, ObjectSerializer<?>> byName;
    private final Map<Class<?>, ObjectSerializer<?>> byType;

    private ArgumentCodec(Builder builder) {
        this.target = builder.target;
        this.byName = Map.copyOf(builder.byName);
        this.byType = Map.copyOf(builder.byType);
    }

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
     * Begins a codec like this one.
     *
     * @return a builder with the target and the serializers of this codec
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.target = target;
        builder.byName.putAll(byName);
        builder.byType.putAll(byType);
        return builder;
    }

    /**
     * A time zone by its name in Rails.
     *
     * @param name a name of Rails, such as {@code Berlin} or {@code Pacific Time (US & Canada)}, or of the time zone database
     * @return the zone; empty if Rails or this JVM does not know it
     */
    public static Optional<ZoneId> zone(String name) {
        return Optional.ofNullable(RubyZones.zone(name));
    }

    /**
     * Writes arguments. The keywords become the last element.
     *
     * @param arguments the arguments
     * @return the member {@code arguments} as a JSON tree, which belongs to the caller
     * @throws ArgumentCodecException if Rails has no form for an argument, a Rails worker of the target would refuse it (a reserved key,
     *     NaN, keywords that are not last, a zone or a range that it does not know), or there are more than 96 levels or 1,000,000 values
     */
    public List<@Nullable Object> write(Arguments arguments) {
        return new ArgumentWriter(target, byType).arguments(arguments);
    }

    /**
     * Reads arguments of each version of Rails, whatever the target is. Depth and size are checked before anything is made of the tree.
     *
     * @param tree the member {@code arguments} as a JSON tree; null if it is missing
     * @return the arguments; only a hash that Rails marks as keywords, and that is the last argument, gives keywords
     * @throws ArgumentCodecException if the tree is no argument list, a value of Rails' own types is none, a serializer throws, or there are
     *     more than 200 levels or 1,000,000 values
     */
    public Arguments read(@Nullable Object tree) {
        return new ArgumentReader(byName).arguments(tree);
    }

    /** Collects what a codec needs. Not thread-safe. */
    public static final class Builder {
        private Target target = Target.RAILS_7_1;
        private final Map<String, ObjectSerializer<?>> byName = new HashMap<>();
        private final Map<Class<?>, ObjectSerializer<?>> byType = new HashMap<>();

        private Builder() {}

        /**
         * Chooses the oldest version of Rails that must be able to read what the codec writes.
         *
         * @param target the version
         * @return this builder
         */
        public Builder target(Target target) {
            this.target = Objects.requireNonNull(target, "target");
            return this;
        }

        /**
         * Adds a serializer for objects of the application.
         *
         * @param serializer the serializer
         * @return this builder
         * @throws IllegalArgumentException if its name is none of a Ruby class, is one of Rails' own, or another serializer has its name or
         *     its class
         */
        public Builder serializer(ObjectSerializer<?> serializer) {
            String name = serializer.name();
            if (!RubyClass.of(name).isConstant() || name.startsWith(Markers.RAILS)) {
                throw new IllegalArgumentException("The serializer " + Place.quoted(name)
                        + " must have the name of a Ruby class of the application, such as MoneySerializer");
            }
            if (byName.putIfAbsent(name, serializer) != null) {
                throw new IllegalArgumentException("There are two serializers with the name " + name);
            }
            if (byType.putIfAbsent(serializer.type(), serializer) != null) {
                byName.remove(name);
                throw new IllegalArgumentException("There are two serializers for " + serializer.type());
            }
            return this;
        }

        /**
         * Makes the codec.
         *
         * @return the codec
         */
        public ArgumentCodec build() {
            return new ArgumentCodec(this);
        }
    }
}
