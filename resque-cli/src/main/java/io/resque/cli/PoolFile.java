package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.launcher.WorkerPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.JsonSchema;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * A file of resque-pool: lists of queues with a number for each, and environments with lists of their own, which win over the
 * other lists.
 */
final class PoolFile implements Supplier<Map<String, Integer>> {
    private static final int MOST_BYTES = 1 << 18;
    private static final int SHOWN = 100;

    /** Two are enough for lists in environments; other programs may have deeper parts in the same file. */
    private static final int MOST_LEVELS = 50;

    private static final Pattern ERB = Pattern.compile("(?m)^[^#\\r\\n]*<%");
    private static final Pattern COMMA = Pattern.compile("\\s*,[\\s,]*");

    private final Path file;
    private final @Nullable String environment;

    /**
     * Nothing is read yet.
     *
     * @param environment whose lists win over the others; null for none
     */
    PoolFile(Path file, @Nullable String environment) {
        this.file = file.toAbsolutePath();
        this.environment = environment;
    }

    @Override
    public Map<String, Integer> get() {
        Map<?, ?> all = parse(text());
        Map<String, Integer> lists = new LinkedHashMap<>();
        add(all, "", lists);
        if (environment != null && all.get(environment) instanceof Map<?, ?> own) {
            Map<String, Integer> over = new LinkedHashMap<>();
            add(own, " of " + environment, over);
            lists.putAll(over);
        }
        return lists;
    }

    private void add(Map<?, ?> from, String where, Map<String, Integer> lists) {
        boolean isTop = where.isEmpty();
        from.forEach((key, value) -> {
            String list = queues(String.valueOf(key));
            if (isTop && value instanceof Map) {
                return; // an environment
            }
            String what = "the list \"" + shown(key) + "\"" + where;
            if (list.isEmpty()) {
                throw wrong(what + " names no queue");
            }
            if (lists.put(list, number(what, value)) != null) {
                throw wrong(what + " is there twice; leave one of them out");
            }
        });
    }

    private int number(String what, @Nullable Object value) {
        boolean isText = value instanceof String;
        String text = isText ? (String) value : "";
        if (text.matches("\\d{1,9}") && Integer.parseInt(text) <= WorkerPool.MOST) {
            return Integer.parseInt(text);
        }
        String has = !text.isEmpty()
                ? "\"" + shown(text) + "\""
                : isText || value == null ? "no number" : "more than a number";
        throw wrong(what + " has " + has + "; it must be a whole number from 0 to " + WorkerPool.MOST);
    }

    /** Blanks around commas have no effect, as in QUEUE. */
    private static String queues(String key) {
        return COMMA.matcher(key.strip()).replaceAll(",").replaceAll("^,|,$", "");
    }

    private Map<?, ?> parse(String text) {
        if (ERB.matcher(text).find()) {
            throw wrong(
                    "it holds ERB (<% … %>), which is not evaluated here; write the numbers, or generate the file before the"
                            + " pool is started");
        }
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new Texts())
                .setCodePointLimit(MOST_BYTES)
                .build();
        try {
            refuseLoops(new ParserImpl(settings, new StreamReader(settings, text)));
        } catch (YamlEngineException e) {
            // The loader stops at the same place, or earlier, and says why.
        }
        Object tree;
        try {
            tree = new Load(settings).loadFromString(text);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> at = e.getProblemMark();
            throw wrong("it is no YAML"
                    + at.map(mark -> " in line " + (mark.getLine() + 1)).orElse("") + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw wrong("it is no YAML: " + e.getMessage());
        }
        if (tree == null) {
            throw wrong("it is empty; write a line such as \"high,low\": 2, or {} for a pool without workers");
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw wrong("it holds no lists of queues; write a line such as \"high,low\": 2");
        }
        return map;
    }

    /** Refuses a map that is merged into itself, on which the loader would loop for ever. */
    private void refuseLoops(Iterator<Event> events) {
        Deque<String> open = new ArrayDeque<>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof CollectionStartEvent start) {
                open.push(start.getAnchor().map(Anchor::getValue).orElse(""));
            } else if (event instanceof CollectionEndEvent) {
                open.pop();
            } else if (event instanceof AliasEvent alias
                    && open.contains(alias.getAlias().getValue())) {
                throw wrong("*" + alias.getAlias().getValue() + " stands within what it names");
            }
            if (open.size() > MOST_LEVELS) {
                throw wrong("it is nested too deeply");
            }
        }
    }

    private String text() {
        if (Files.exists(file)
                && !Files.isRegularFile(file)) { // a pipe would block this thread, which also handles signals
            throw wrong("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw wrong("it is larger than " + (MOST_BYTES >> 10) + " KiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong("it holds bytes that are not UTF-8");
        } catch (NoSuchFileException e) {
            throw wrong("there is no such file");
        } catch (IOException e) {
            throw wrong("it cannot be read: " + e.getMessage());
        }
    }

    private static String shown(Object text) {
        String all = text.toString();
        return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "…";
    }

    private ConfigurationException wrong(String what) {
        return new ConfigurationException("The pool file " + file + ": " + what);
    }

    /** Reads all scalars as text. Only {@code <<} keeps its meaning, the merge of one map into another, which files of Rails have. */
    private static final class Texts implements Schema {
        @Override
        public ScalarResolver getScalarResolver() {
            return (value, implicit) -> implicit && value.equals("<<") ? Tag.MERGE : Tag.STR;
        }

        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            return new JsonSchema().getSchemaTagConstructors();
        }
    }
}
