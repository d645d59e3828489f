package io.resque.activejob;

import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubySymbol;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of the codec as the recordings of Ruby show them. */
final class RubyShown {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX");
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSxxx");

    private RubyShown() {}

    static Object of(Object value) {
        if (value == null || value instanceof Boolean) {
            return typed("json", value);
        } else if (value instanceof Long || value instanceof Integer || value instanceof BigInteger) {
            return typed("integer", value.toString());
        } else if (value instanceof Double || value instanceof BigDecimal) {
            return typed("float", value.toString());
        } else if (value instanceof String text) {
            return typed("string", text);
        } else if (value instanceof RubySymbol symbol) {
            return typed("symbol", symbol.name());
        } else if (value instanceof List<?> list) {
            return typed("list", list.stream().map(RubyShown::of).toList());
        } else if (value instanceof RubyHash hash) {
            return hash(hash, hash.symbolKeys().containsAll(hash.keySet()));
        } else if (value instanceof LocalDate date) {
            return typed("date", date.toString());
        } else if (value instanceof ZonedDateTime time) {
            Map<String, Object> shown = typed("time with zone", TIME.format(time));
            shown.put("zone", time.getZone().getId());
            shown.put("tzinfo", time.getZone().getId());
            return shown;
        } else if (value instanceof OffsetDateTime time) {
            return typed("time", TIME.format(time));
        } else if (value instanceof RubyDateTime time) {
            return typed("datetime", DATE_TIME.format(time.value()));
        } else if (value instanceof RubyClass module) {
            return typed("module", module.name());
        } else if (value instanceof RubyDuration duration) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("t", "duration");
            shown.put("value", of(duration.value()));
            List<Object> parts = new ArrayList<>();
            duration.parts().forEach((unit, number) -> parts.add(List.of(unit, of(number))));
            shown.put("parts", parts);
            return shown;
        } else if (value instanceof Person person) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("t", "model");
            shown.put("class", "Person");
            shown.put("id", person.id());
            return shown;
        }
        return typed(value.getClass().getName(), value.toString());
    }

    /** Of keyword arguments. */
    static Object keywords(Map<String, ?> keywords) {
        return hash(keywords, true);
    }

    private static Object hash(Map<String, ?> map, boolean isSymbols) {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(List.of(typed(isSymbols ? "symbol" : "string", key), of(value))));
        return typed("hash", pairs);
    }

    private static Map<String, Object> typed(String type, Object value) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("t", type);
        shown.put("v", value);
        return shown;
    }

    /** The record that the recordings look up. */
    record Person(String id) {
        static Person find(GlobalId gid) {
            if (gid.ids().equals(List.of("404"))) {
                throw new MissingRecord("Couldn't find Person with 'id'=404");
            }
            return new Person(gid.ids().get(0));
        }
    }

    /** No such record. */
    static final class MissingRecord extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingRecord(String message) {
            super(message);
        }
    }
}
