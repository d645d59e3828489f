package io.resque.core.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.AdapterProvider;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.memory.MemoryBackendProvider;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.MadeJar;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {
    /** A folder while the reactor is not packaged, a jar afterwards. */
    private static final String BOTH =
            "gson \\(resque-serialization-gson[^ )]*\\), jackson \\(resque-serialization-jackson[^ )]*\\)";

    private final String property = System.getProperty(Adapters.SERIALIZER_PROPERTY);

    @AfterEach
    void restore() {
        if (property == null) {
            System.clearProperty(Adapters.SERIALIZER_PROPERTY);
        } else {
            System.setProperty(Adapters.SERIALIZER_PROPERTY, property);
        }
    }

    private static String refusal(ThrowingCallable lookup) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, lookup);
        assertThat(e).as("the lookup must fail").isNotNull();
        assertThat(e.getMessage()).as("paths are nobody's business").doesNotContain("file:", "/target", "/tmp", "\n");
        return e.getMessage();
    }

    private static void refused(ThrowingCallable lookup, String message) {
        assertThat(refusal(lookup)).isEqualTo(message);
    }

    private static void refusedLike(ThrowingCallable lookup, String pattern) {
        assertThat(refusal(lookup)).matches(pattern);
    }

    /** One of the errors that a user may meet, for whoever reads the log of the build. */
    private static void shown(String which, ThrowingCallable lookup, String pattern) {
        String message = refusal(lookup);
        System.out.println("Lookup error, " + which + ": " + message);
        assertThat(message).matches(pattern);
    }

    private URLClassLoader with(MadeJar jar) throws IOException {
        return jar.loader(getClass().getClassLoader());
    }

    /** Sees nothing but the ports, and the jar. */
    private static URLClassLoader alone(MadeJar jar) throws IOException {
        return jar.loader(new Hiding(""));
    }

    private static JobSerializerProvider serializer(ClassLoader loader, @Nullable String name) {
        return new Adapters(loader).find(JobSerializerProvider.class, name, null);
    }

    /** The tests' class path, without some of the providers on it. */
    private static final class Hiding extends ClassLoader {
        private final String hidden;

        Hiding(String hidden) {
            super(Hiding.class.getClassLoader());
            this.hidden = hidden;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return Collections.enumeration(Collections.list(super.getResources(name)).stream()
                    .filter(url -> !url.toString().contains(hidden))
                    .toList());
        }
    }

    private static URLClassLoader emptyLoader() {
        return new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader());
    }

    @Test
    void noneOnTheClassPath() throws IOException {
        try (URLClassLoader empty = emptyLoader()) {
            Adapters adapters = new Adapters(empty);
            String shaded = "; in a shaded jar, merge the files in META-INF/services";
            shown(
                    "none found",
                    () -> adapters.backend("redis://localhost", null, null),
                    "No backend is on the class path\\. Add io\\.resque:resque-backend-jedis or "
                            + "io\\.resque:resque-backend-lettuce" + shaded);
            refused(
                    () -> adapters.find(JobSerializerProvider.class, null, null),
                    "No serializer is on the class path. Add io.resque:resque-serialization-gson or "
                            + "io.resque:resque-serialization-jackson" + shaded);
            refused(
                    () -> adapters.find(JobSerializerProvider.class, "gson", null),
                    "No serializer is on the class path, and \"gson\" was asked for. Add "
                            + "io.resque:resque-serialization-gson" + shaded);
            refused(
                    () -> adapters.find(JobExecutorProvider.class, "process", null),
                    "No executor is on the class path, and \"process\" was asked for. Add "
                            + "io.resque:resque-process-launcher" + shaded);
        }
    }

    @Test
    void severalAskForAChoice() {
        shown(
                "several found",
                () -> serializer(getClass().getClassLoader(), null),
                "Several serializers are on the class path: " + BOTH
                        + "\\. Remove all but one, or choose: Resque\\.builder\\(\\)\\.serializer\\(\"(gson|jackson)\"\\)"
                        + " or -Dresque\\.serializer=\\1");
    }

    @Test
    void severalOfOneNameCannotBeChosenBetween(@TempDir Path one, @TempDir Path other) throws IOException {
        try (URLClassLoader first = alone(MadeJar.working(one));
                URLClassLoader both = MadeJar.alike(other).loader(first)) {
            assertThat(serializer(first, null).name()).isEqualTo("acme");
            refused(
                    () -> serializer(both, "acme"),
                    "Several serializers named \"acme\" are on the class path: acme (acme-alike.jar), "
                            + "acme (acme-working.jar). Remove all but one");
        }
    }

    @Test
    void namedButAbsent() {
        shown(
                "named but absent",
                () -> serializer(getClass().getClassLoader(), "yaml"),
                "No serializer named \"yaml\" is on the class path; there is " + BOTH
                        + "\\. Name one of these, or add the artifact that brings it");
        refusedLike(
                () -> Resque.builder().serializer("gson").backend("lettuce").build(),
                "No backend named \"lettuce\" is on the class path; there is jedis \\(resque-backend-jedis[^ )]*\\)\\. "
                        + "Name one of these, or add io\\.resque:resque-backend-lettuce");
    }

    @Test
    void onlyOneNeedsNoName() {
        assertThat(new Adapters(null).backend("redis://localhost", null, null).name())
                .isEqualTo("jedis");
    }

    @Test
    void nameChooses() {
        Adapters adapters = new Adapters(null);
        assertThat(adapters.find(JobSerializerProvider.class, "gson", null).name())
                .isEqualTo("gson");
        assertThat(adapters.find(JobSerializerProvider.class, null, "jackson").name())
                .isEqualTo("jackson");
        assertThat(adapters.find(JobSerializerProvider.class, "gson", "jackson").name())
                .as("code wins over the property")
                .isEqualTo("gson");
    }

    @Test
    void propertyChooses() {
        System.setProperty(Adapters.SERIALIZER_PROPERTY, "jackson");
        try (Resque resque = Resque.connect("redis://localhost:1")) {
            assertThat(resque).isNotNull();
        }
        System.setProperty(Adapters.SERIALIZER_PROPERTY, "nothing");
        refusedLike(
                () -> Resque.connect("redis://localhost:1"),
                "No serializer named \"nothing\" \\(by -Dresque\\.serializer\\) is on the class path; there is " + BOTH
                        + "\\. Name one of these, or add the artifact that brings it");
    }

    private static final String ANOTHER_VERSION =
            "\\. Remove it, or take another version: io\\.resque:resque-bom keeps all io\\.resque artifacts in one";

    private static final String OR_CHOOSE = ANOTHER_VERSION + "; or choose one that works, of " + BOTH
            + ": Resque\\.builder\\(\\)\\.serializer\\(\"(gson|jackson)\"\\) or -Dresque\\.serializer=\\1";

    @Test
    void oneThatDoesNotWorkIsNamedWithWhereItIsAndWhy(
            @TempDir Path a, @TempDir Path b, @TempDir Path c, @TempDir Path d) throws IOException {
        try (URLClassLoader throwing = with(MadeJar.throwing(a));
                URLClassLoader missing = with(MadeJar.missing(b));
                URLClassLoader unlinked = with(MadeJar.unlinked(c));
                URLClassLoader needy = with(MadeJar.needy(d))) {
            shown(
                    "one that does not work",
                    () -> serializer(throwing, null),
                    "The serializer provider com\\.acme\\.Throwing \\(acme-throwing\\.jar\\) cannot be made: "
                            + "java\\.lang\\.IllegalStateException: no licence" + OR_CHOOSE);
            refusedLike(
                    () -> serializer(missing, null),
                    "The serializer provider com\\.acme\\.Missing \\(acme-missing\\.jar\\) cannot be loaded: "
                            + "java\\.lang\\.ClassNotFoundException: com\\.acme\\.Missing" + OR_CHOOSE);
            refusedLike(
                    () -> serializer(unlinked, null),
                    "The serializer provider com\\.acme\\.Unlinked \\(acme-unlinked\\.jar\\) cannot be loaded: "
                            + "java\\.lang\\.NoClassDefFoundError: com/acme/Base" + OR_CHOOSE);
            refusedLike(
                    () -> serializer(needy, null),
                    "The serializer provider com\\.acme\\.Needy \\(acme-needy\\.jar\\) cannot be made: "
                            + "java\\.lang\\.NoClassDefFoundError: com/acme/Library" + OR_CHOOSE);
            for (ClassLoader loader : List.of(throwing, missing, unlinked, needy)) {
                assertThat(catchThrowableOfType(ConfigurationException.class, () -> serializer(loader, null)))
                        .hasCauseInstanceOf(Throwable.class);
            }
        }
    }

    @Test
    void oneThatIsAloneAndDoesNotWork(@TempDir Path folder) throws IOException {
        try (URLClassLoader throwing = alone(MadeJar.throwing(folder))) {
            refusedLike(
                    () -> serializer(throwing, null),
                    "The serializer provider com\\.acme\\.Throwing \\(acme-throwing\\.jar\\) cannot be made: "
                            + "java\\.lang\\.IllegalStateException: no licence" + ANOTHER_VERSION);
            refused(
                    () -> serializer(throwing, "gson"),
                    "No serializer named \"gson\" is on the class path; there is none that works; com.acme.Throwing "
                            + "(acme-throwing.jar) cannot be made: java.lang.IllegalStateException: no licence. "
                            + "Add io.resque:resque-serialization-gson");
        }
    }

    @Test
    void oneForAnotherVersionOfThePortsIsTold(@TempDir Path a, @TempDir Path b) throws IOException {
        try (URLClassLoader later = with(MadeJar.ofVersion(a, 2));
                URLClassLoader early = with(MadeJar.withoutVersion(b))) {
            String what = "The serializer provider com\\.acme\\.Other \\(acme-other\\.jar\\) is built for ";
            String here = ", and this resque-core[^ ]* for version 1" + OR_CHOOSE;
            shown("one for another version", () -> serializer(later, null), what + "version 2 of the ports" + here);
            refusedLike(() -> serializer(later, "acme"), what + "version 2 of the ports" + here);
            refusedLike(() -> serializer(early, null), what + "ports of before version 1" + here);
        }
    }

    @Test
    void oneThatWasBuiltForTheseVersionsConstantIsTaken(@TempDir Path folder) throws IOException {
        try (URLClassLoader same = with(MadeJar.ofVersion(folder, AdapterProvider.PORTS_VERSION))) {
            assertThat(serializer(same, "acme").name()).isEqualTo("acme");
        }
    }

    @Test
    void anotherThatDoesNotWorkIsSkippedWithAWarningWhereOneIsNamed(
            @TempDir Path a, @TempDir Path b, @TempDir Path c, @TempDir Path d) throws IOException {
        try (URLClassLoader throwing = with(MadeJar.throwing(a));
                URLClassLoader missing = MadeJar.missing(b).loader(throwing);
                URLClassLoader unlinked = MadeJar.unlinked(c).loader(missing);
                URLClassLoader all = MadeJar.ofVersion(d, 2).loader(unlinked);
                CapturedLog log = new CapturedLog(Resque.class)) {
            assertThat(serializer(all, "gson").name()).isEqualTo("gson");
            assertThat(log.lines())
                    .hasSize(4)
                    .allMatch(line ->
                            line.startsWith("WARN Found the serializer \"gson\", and skipped another: com.acme."))
                    .anyMatch(line -> line.contains("com.acme.Throwing (acme-throwing.jar) cannot be made"))
                    .anyMatch(line -> line.contains("com.acme.Missing (acme-missing.jar) cannot be loaded"))
                    .anyMatch(line -> line.contains("com.acme.Unlinked (acme-unlinked.jar) cannot be loaded"))
                    .anyMatch(line -> line.contains("com.acme.Other (acme-other.jar) is built for version 2"));
            assertThat(new Adapters(all)
                            .find(JobSerializerProvider.class, null, "jackson")
                            .name())
                    .as("by the property, too")
                    .isEqualTo("jackson");
        }
    }

    @Test
    void aFileThatNamesNoClassIsTold(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("acme/target/classes/META-INF/services"));
        Files.writeString(services.resolve(JobSerializerProvider.class.getName()), "no name\njava.lang.String\n");
        try (URLClassLoader odd = new URLClassLoader(
                new URL[] {folder.resolve("acme/target/classes").toUri().toURL()}, new Hiding(""))) {
            refusedLike(
                    () -> serializer(odd, null),
                    "The serializer provider no name \\(acme\\) cannot be loaded: "
                            + "java\\.lang\\.ClassNotFoundException: no name" + ANOTHER_VERSION);
            assertThat(refusal(() -> serializer(odd, "gson")))
                    .contains(
                            "java.lang.String (acme) cannot be loaded",
                            "it is no JobSerializerProvider of the resque-api");
        }
    }

    @Test
    void gsonThatJedisBringsIsNoChoiceOfASerializer() throws Exception {
        ClassLoader hiding = new Hiding("resque-serialization");
        assertThat(Class.forName("com.google.gson.Gson", false, hiding)).isNotNull();
        refusedLike(() -> Resque.builder().classLoader(hiding).build(), "No serializer is on the class path.*");
    }

    @Test
    void instancesSkipTheLookup() throws IOException {
        System.setProperty(Adapters.SERIALIZER_PROPERTY, "nothing");
        CoreRedis redis = new CoreRedis();
        try (URLClassLoader empty = emptyLoader();
                Resque opened = redis.builder().serializer(CoreRedis.GSON).build();
                Resque resque = Resque.builder()
                        .classLoader(empty)
                        .serializer(CoreRedis.JACKSON)
                        .backend(new JedisBackendProvider()
                                .open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace)))
                        .build()) {
            assertThat(opened.enqueue("default", "My_Job")).isTrue();
            assertThat(resque.enqueue("default", "My_Job")).isTrue();
            assertThat(redis.queue("default")).hasSize(2);
        } finally {
            redis.clear();
        }
    }

    @Test
    void memoryUrlChoosesTheMemory() {
        String before = System.getProperty(Adapters.BACKEND_PROPERTY);
        System.setProperty(Adapters.BACKEND_PROPERTY, "jedis");
        try (Resque resque =
                Resque.builder().url("memory:core").serializer("gson").build()) {
            assertThat(resque.enqueue("default", "My_Job", 1)).isTrue();
            try (QueueBackend beside = new MemoryBackendProvider().open(new BackendConfig("memory:core", null))) {
                assertThat(beside.queues().range("default", 0, 9))
                        .containsExactly(Payload.ofText("{\"class\":\"My_Job\",\"args\":[1]}"));
            }
        } finally {
            if (before == null) {
                System.clearProperty(Adapters.BACKEND_PROPERTY);
            } else {
                System.setProperty(Adapters.BACKEND_PROPERTY, before);
            }
        }
    }

    @Test
    void aBackendWithASchemeIsChosenByItsUrlsOnly() {
        Adapters adapters = new Adapters(null);
        assertThat(adapters.backend("memory:", null, null).name()).isEqualTo("memory");
        assertThat(adapters.backend("memory:x", "memory", null).name()).isEqualTo("memory");
        for (String url : List.of("redis://memory:6379", "localhost:6379", "memoryhost:6379")) {
            assertThat(adapters.backend(url, null, null).name())
                    .as("for %s it is no candidate", url)
                    .isEqualTo("jedis");
        }
        refused(
                () -> adapters.backend("memory:x", "jedis", null),
                "The URL begins with memory:, which the backend \"memory\" alone takes, and \"jedis\" was asked for. "
                        + "Leave out backend(\"jedis\"), or give a URL of Redis");
        refused(
                () -> adapters.backend("redis://localhost", "memory", null),
                "The backend \"memory\" takes URLs that begin with memory:, and no other; give such a URL, or leave out "
                        + "backend(\"memory\")");
        refusedLike(
                () -> adapters.backend("redis://localhost", null, "memory"),
                "No backend named \"memory\" \\(by -Dresque\\.backend\\) is on the class path; there is jedis "
                        + "\\(resque-backend-jedis[^ )]*\\)\\. Name one of these, or add the artifact that brings it");
    }

    @Test
    void memoryUrlWithoutTheMemoryNamesTheArtifact() throws IOException {
        try (URLClassLoader empty = emptyLoader()) {
            refused(
                    () -> new Adapters(empty).backend("memory:", null, null),
                    "No backend on the class path takes URLs that begin with memory:. Add "
                            + "io.resque:resque-backend-memory");
        }
    }

    @Test
    void contextClassLoaderThatSeesNoneFallsBackToTheLibrarysOwn() throws IOException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader empty = emptyLoader()) {
            Thread.currentThread().setContextClassLoader(empty);
            assertThat(new Adapters(null)
                            .backend("redis://localhost", null, null)
                            .name())
                    .isEqualTo("jedis");
        } finally {
            Thread.currentThread().setContextClassLoader(context);
        }
    }

    @Test
    void executorIsFoundByNameOnly() {
        try (Resque resque = new CoreRedis().builder().build()) {
            WorkerBuilder worker = resque.workerBuilder("default");
            assertThat(worker.executor("thread")).isSameAs(worker);
            refusedLike(
                    () -> worker.executor("process"),
                    "No executor named \"process\" is on the class path; there is thread \\(resque-core[^ )]*\\)\\. "
                            + "Name one of these, or add io.resque:resque-process-launcher");
        }
    }
}
