package io.resque.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Ruby Resque, php-resque, node-resque and others wrote and read, recorded. Loaded by the kit's own reader of JSON, so
 * that no adapter is judged by itself.
 */
public final class RecordedCases {
    private static final String FOLDER = "/io/resque/tck/recorded/";

    private RecordedCases() {}

    /**
     * All recordings that the kit has; a new file in its folder needs no more than to lie there.
     *
     * @return such as {@code ruby/enqueue_payloads.json}, sorted
     */
    public static List<String> files() {
        try {
            URI folder = Objects.requireNonNull(RecordedCases.class.getResource(FOLDER))
                    .toURI();
            if (!folder.getScheme().equals("jar")) {
                return files(Path.of(folder));
            }
            // By its path, since a file system that is opened by URI can be opened once at a time only.
            Path jar = Path.of(URI.create(folder.getRawSchemeSpecificPart().replaceFirst("!.*", "")));
            try (FileSystem inside = FileSystems.newFileSystem(jar)) {
                return files(inside.getPath(FOLDER));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * All cases of a file.
     *
     * @param file such as {@code ruby/enqueue_payloads.json}
     * @return at least one, in the order of the file
     * @throws IllegalArgumentException if the kit has no such file, or it holds no cases
     */
    public static List<RecordedCase> of(String file) {
        Map<?, ?> recording = (Map<?, ?>) StrictJson.read(text(file));
        List<?> entries =
                (List<?>) (recording.get("cases") != null ? recording.get("cases") : recording.get("entries"));
        if (entries == null || entries.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no cases");
        }
        List<RecordedCase> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object entry : entries) {
            Map<String, @Nullable Object> members = members(entry);
            String name = members.get("name") instanceof String recorded ? recorded : unnamed(members, cases.size());
            cases.add(new RecordedCase(names.add(name) ? name : name + " #" + cases.size(), members));
        }
        return cases;
    }

    private static String unnamed(Map<String, @Nullable Object> members, int place) {
        return (members.get("kind") instanceof String kind ? kind + " " : "") + "#" + place;
    }

    @SuppressWarnings("unchecked") // the reader makes no other maps
    private static Map<String, @Nullable Object> members(@Nullable Object tree) {
        return (Map<String, @Nullable Object>) tree;
    }

    static String text(String file) {
        try (InputStream in = RecordedCases.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalArgumentException("The kit has no recording " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
