package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.activejob.CodecRules.Codec;
import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.Target;
import io.resque.activejob.codec.UnknownObject;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Our codec keeps the rules, and each codec that is wrong on purpose breaks one. */
@WireRule({"W-823", "W-824", "W-825", "W-826", "W-827", "W-828", "W-829"})
class CodecRulesTest {
    private static final Codec OURS = new Codec() {
        @Override
        public List<@Nullable Object> write(Target target, Arguments arguments) {
            return ArgumentCodec.forTarget(target).write(arguments);
        }

        @Override
        public Arguments read(@Nullable Object tree) {
            return ArgumentCodec.forTarget(Target.RAILS_7_1).read(tree);
        }
    };

    @TestFactory
    Stream<DynamicTest> oursKeepsEachRule() {
        return CodecRules.all().entrySet().stream()
                .map(rule -> dynamicTest(rule.getKey(), () -> rule.getValue().accept(OURS)));
    }

    @TestFactory
    Stream<DynamicTest> eachWrongCodecBreaksARule() {
        return wrong().entrySet().stream()
                .map(codec -> dynamicTest(codec.getKey(), () -> {
                    List<String> broken = new ArrayList<>();
                    CodecRules.all().forEach((rule, check) -> {
                        try {
                            check.accept(codec.getValue());
                        } catch (AssertionError | RuntimeException e) {
                            broken.add(rule);
                        }
                    });
                    System.out.println("A codec with " + codec.getKey() + " breaks " + broken);
                    assertThat(broken).isNotEmpty();
                }));
    }

    private static Map<String, Codec> wrong() {
        Map<String, Codec> wrong = new LinkedHashMap<>();
        wrong.put(
                "no marker of string keys",
                writing(object -> object.get("_aj_symbol_keys") instanceof List<?> keys && keys.isEmpty()
                        ? without(object, "_aj_symbol_keys")
                        : object));
        wrong.put("the marker first", writing(object -> {
            Map<String, @Nullable Object> first = new LinkedHashMap<>();
            object.keySet().stream()
                    .filter(key -> key.endsWith("_keys"))
                    .forEach(key -> first.put(key, object.get(key)));
            first.putAll(object);
            return first;
        }));
        wrong.put(
                "keywords marked as symbols",
                writing(object -> renamed(object, "_aj_ruby2_keywords", "_aj_symbol_keys")));
        wrong.put(
                "an indifferent hash of strings",
                writing(object -> without(object, "_aj_hash_with_indifferent_access")));
        wrong.put("a short fraction", values(text -> text.replaceAll("\\.(\\d*?)0+([Z+])", ".$1$2")));
        wrong.put("Z in a DateTime", values(text -> text.replace("+00:00", "Z")));
        wrong.put("Java's plus of a year", values(text -> text.startsWith("10000") ? "+" + text : text));
        wrong.put("an exponent in a decimal", values(text -> text.replace("100.0", "1E+2")));
        wrong.put(
                "ids with %20",
                writing(object -> object.containsKey("_aj_globalid")
                        ? Map.of(
                                "_aj_globalid",
                                String.valueOf(object.get("_aj_globalid")).replace("+", "%20"))
                        : object));
        wrong.put("no zone", writing(object -> without(object, "time_zone")));
        wrong.put("no parts", writing(object -> without(object, "parts")));
        wrong.put("the end of a range left out", writing(object -> without(object, "end")));
        wrong.put("symbols as texts", new Changed() {
            @Override
            Arguments before(Arguments given) {
                return new Arguments(
                        given.positional().stream()
                                .map(each -> each instanceof RubySymbol symbol ? symbol.name() : each)
                                .toList(),
                        given.keywords());
            }
        });
        wrong.put("NaN as null", new Changed() {
            @Override
            Arguments before(Arguments given) {
                return given.positional().contains(Double.NaN) ? Arguments.of((Object) null) : given;
            }
        });
        wrong.put("one target for all", new Changed() {
            @Override
            Target target(Target given) {
                return Target.RAILS_8_1;
            }
        });
        wrong.put("ranges of anything", new Changed() {
            @Override
            Arguments before(Arguments given) {
                return !given.positional().isEmpty()
                                && given.positional().get(0) instanceof RubyRange range
                                && range.begin() instanceof Integer
                        ? Arguments.of(RubyRange.closed(1, 1))
                        : given;
            }
        });
        wrong.put("all refusals left out", new Changed() {
            @Override
            public List<@Nullable Object> write(Target target, Arguments arguments) {
                try {
                    return super.write(target, arguments);
                } catch (ArgumentCodecException e) {
                    return new ArrayList<>();
                }
            }
        });
        wrong.put("unknown objects as null", reading(value -> value instanceof UnknownObject ? null : value));
        wrong.put(
                "unknown objects as hashes",
                reading(value -> value instanceof UnknownObject object
                        ? RubyHash.of(RubyHash.Keys.STRING, object.members())
                        : value));
        wrong.put(
                "all keys as strings",
                reading(value -> value instanceof RubyHash hash ? RubyHash.of(RubyHash.Keys.STRING, hash) : value));
        wrong.put("keywords among the positional arguments", new Changed() {
            @Override
            Arguments after(Arguments read) {
                List<@Nullable Object> all = new ArrayList<>(read.positional());
                if (!read.keywords().isEmpty()) {
                    all.add(read.keywords());
                }
                return new Arguments(all, Map.of());
            }
        });
        wrong.put("errors as no arguments", new Changed() {
            @Override
            public Arguments read(@Nullable Object tree) {
                try {
                    return super.read(tree);
                } catch (ArgumentCodecException e) {
                    return Arguments.of();
                }
            }
        });
        return wrong;
    }

    /** Ours with a change. */
    private abstract static class Changed implements Codec {
        Arguments before(Arguments given) {
            return given;
        }

        Target target(Target given) {
            return given;
        }

        @Nullable
        Object tree(@Nullable Object written) {
            return written;
        }

        Arguments after(Arguments read) {
            return read;
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<@Nullable Object> write(Target target, Arguments arguments) {
            return (List<@Nullable Object>) tree(OURS.write(target(target), before(arguments)));
        }

        @Override
        public Arguments read(@Nullable Object tree) {
            return after(OURS.read(tree));
        }
    }

    private static Codec writing(UnaryOperator<Map<String, @Nullable Object>> change) {
        return new Changed() {
            @Override
            @Nullable
            Object tree(@Nullable Object written) {
                if (written instanceof List<?> list) {
                    List<@Nullable Object> changed = new ArrayList<>();
                    list.forEach(each -> changed.add(tree(each)));
                    return changed;
                }
                if (written instanceof Map<?, ?> map) {
                    Map<String, @Nullable Object> changed = new LinkedHashMap<>();
                    map.forEach((key, value) -> changed.put((String) key, tree(value)));
                    return change.apply(changed);
                }
                return written;
            }
        };
    }

    private static Codec values(UnaryOperator<String> change) {
        return writing(object -> {
            object.computeIfPresent("value", (key, value) -> value instanceof String text ? change.apply(text) : value);
            return object;
        });
    }

    private static Codec reading(UnaryOperator<@Nullable Object> change) {
        return new Changed() {
            @Override
            Arguments after(Arguments read) {
                List<@Nullable Object> changed = new ArrayList<>();
                read.positional().forEach(each -> changed.add(change.apply(each)));
                return new Arguments(changed, read.keywords());
            }
        };
    }

    private static Map<String, @Nullable Object> without(Map<String, @Nullable Object> object, String member) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(object);
        rest.remove(member);
        return rest;
    }

    private static Map<String, @Nullable Object> renamed(
            Map<String, @Nullable Object> object, String member, String name) {
        Map<String, @Nullable Object> renamed = new LinkedHashMap<>();
        object.forEach((key, value) -> renamed.put(key.equals(member) ? name : key, value));
        return renamed;
    }
}
