package io.resque.activejob;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a job hash, of what the recordings show of them. */
final class RubyWritten {
    private static final String SERIALIZERS = "ActiveJob::Serializers::";

    private RubyWritten() {}

    /** Of positional and keyword arguments as a run has shown them. */
    static List<Object> arguments(Object positional, Object keywords) {
        List<Object> written = new ArrayList<>();
        ((List<?>) positional).forEach(each -> written.add(of(each)));
        List<?> pairs = (List<?>) ((Map<?, ?>) keywords).get("v");
        if (!pairs.isEmpty()) {
            written.add(hash(pairs, "_aj_ruby2_keywords"));
        }
        return written;
    }

    private static Object of(Object shown) {
        Map<?, ?> typed = (Map<?, ?>) shown;
        Object value = typed.get("v");
        return switch ((String) typed.get("t")) {
            case "integer" -> Long.valueOf((String) value);
            case "float" -> Double.valueOf((String) value);
            case "hash" -> hash((List<?>) value, "_aj_symbol_keys");
            case "symbol" -> serialized("SymbolSerializer", value);
            case "date" -> serialized("DateSerializer", value);
            case "datetime" -> serialized("DateTimeSerializer", value);
            case "time" -> serialized("TimeSerializer", value);
            case "module" -> serialized("ModuleSerializer", value);
            case "time with zone" -> {
                Map<String, Object> time = serialized("TimeWithZoneSerializer", value);
                time.put("time_zone", typed.get("zone"));
                yield time;
            }
            case "duration" -> {
                List<Object> parts = new ArrayList<>();
                for (Object each : (List<?>) typed.get("parts")) {
                    List<?> part = (List<?>) each;
                    parts.add(List.of(serialized("SymbolSerializer", part.get(0)), of(part.get(1))));
                }
                Map<String, Object> duration = serialized("DurationSerializer", of(typed.get("value")));
                duration.put("parts", parts);
                yield duration;
            }
            case "model" -> Map.of("_aj_globalid", "gid://shop/" + typed.get("class") + "/" + typed.get("id"));
            default -> value;
        };
    }

    private static Map<String, Object> serialized(String serializer, Object value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("_aj_serialized", SERIALIZERS + serializer);
        tree.put("value", value);
        return tree;
    }

    private static Map<String, Object> hash(List<?> pairs, String marker) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Object each : pairs) {
            List<?> pair = (List<?>) each;
            tree.put((String) ((Map<?, ?>) pair.get(0)).get("v"), of(pair.get(1)));
        }
        tree.put(marker, List.copyOf(tree.keySet()));
        return tree;
    }
}
