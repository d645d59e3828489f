package io.resque.activejob.codec;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;

/** What a producer can send in place of a value that Rails does not have. */
final class Refusals {
    private Refusals() {}

    static ArgumentCodecException of(Object value, Place place) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        return place.refused("is of " + type.getName() + ", which has no form in Rails; send " + inPlaceOf(value)
                + ", or register an ObjectSerializer");
    }

    private static String inPlaceOf(Object value) {
        if (value instanceof Enum<?>) {
            return "its name() as a text, or RubySymbol.of(name) if the job asks for a symbol";
        }
        if (value instanceof Optional<?>) {
            return "its orElse(null)";
        }
        if (value instanceof LocalDateTime) {
            return "an OffsetDateTime or a ZonedDateTime: it has no offset, and a worker would take that of its own machine";
        }
        if (value instanceof Date || value instanceof Calendar) {
            return "its toInstant()";
        }
        if (value instanceof ZoneId || value instanceof TimeZone || value instanceof Locale) {
            return "its name as Rails spells it, as a text";
        }
        if (value instanceof Class<?>) {
            return "RubyClass.of(name) with the name of a Ruby class: Rails has no Java classes";
        }
        if (value instanceof Iterable<?> || value.getClass().isArray()) {
            return "a List";
        }
        if (value instanceof CharSequence || value instanceof Character || value instanceof UUID) {
            return "its toString()";
        }
        return "an id, a text, a Map, or the GlobalId of a record";
    }
}
