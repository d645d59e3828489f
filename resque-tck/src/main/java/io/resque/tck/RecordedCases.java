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
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Recordings of what Ruby Resque, php-resque, node-resque and other libraries write and read. The kit loads them by a
 * JSON reader of its own, so that no adapter checks its own work.
 */
public final class RecordedCases {
    private static final String FOLDER = "/io/resque/tck/recorded/";

    /** By file, since many tests look for their cases in all files. */
    private static final Map<String, List<RecordedCase>> READ = new ConcurrentHashMap<>();

    private RecordedCases() {}

    /**
     * The files of all recordings: every file in the kit's folder, without a list of them.
     *
     * @return the names, sorted, such as {@code ruby/enqueue_payloads.json}
     */
    public static List<String> files() {
        try {
            URI folder = Objects.requireNonNull(RecordedCases.class.getResource(FOLDER))
                    .toURI();
            if (!folder.getScheme().equals("jar")) {
                return files(Path.of(folder));
            }
            // By its path: a file system that is opened by URI can be open only once at a time.
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
     * Reads all cases of a file.
     *
     * @param file for example {@code ruby/enqueue_payloads.json}
     * @return the cases in the order of the file; at least one
     * @throws IllegalArgumentException if the kit has no such file, or the file holds no cases
     */
    public static List<RecordedCase> of(String file) {
        return READ.computeIfAbsent(file, RecordedCases::read);
    }

    private static List<RecordedCase> read(String file) {
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
        return List.copyOf(cases);
    }

    private static String unnamed(Map<String, @Nullable Object> members, int place) {
        return (members.get("kind") instanceof String kind ? kind + " " : "") + "#" + place;
    }

    @SuppressWarnings("unchecked") // the reader creates no other maps
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
