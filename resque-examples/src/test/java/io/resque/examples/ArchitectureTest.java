package io.resque.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.resque.api.JobState;
import io.resque.api.spi.JsonRules;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arrows between the modules, and what of each module a user can see. */
class ArchitectureTest {
    private static final String JAVA = "java..";
    private static final String NULLNESS = "org.jspecify.annotations";
    private static final String API = "io.resque.api..";

    private static final String INTERNAL = "io.resque.core.internal.";

    /** The rooms of core, each of which sees only those before it. */
    private static final List<String> ROOMS = List.of(
            "support",
            "settings",
            "wire",
            "lookup",
            "execution",
            "status",
            "failure",
            "enqueue",
            "schedule",
            "subscription",
            "fleet",
            "history",
            "worker",
            "diagnosis",
            "http");

    /** By module. A number may become smaller only. In core: the entry, its builder, and the class that puts the parts together. */
    private static final Map<String, Integer> MOST_CLASSES_IN_A_CYCLE =
            new TreeMap<>(Map.of("core", 3, "backend.redis", 4, "launcher", 4));

    /** Without the classes that the build makes of the templates of resque-web. */
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(place -> !place.matches(Pattern.compile(".*/Jte\\w+Generated(\\$\\w+)?\\.class")))
            .withImportOption(place -> !place.contains("-tests.jar"))
            .importPackages("io.resque");

    @Test
    void theApiKnowsNobody() {
        assertSeesOnly("io.resque.api..");
    }

    @Test
    void authorsOfJobsNeedNoPort() {
        noClasses()
                .that()
                .resideInAPackage("io.resque.api")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.resque.api.spi")
                .check(ALL);
    }

    @Test
    void coreKnowsNoAdapter() {
        assertSeesOnly("io.resque.core..", "org.slf4j", "com.sun.net.httpserver");
    }

    @Test
    void onlyTheRoomOfProbesSeesTheHttpServer() {
        noClasses()
                .that()
                .resideInAPackage(INTERNAL + ".")
                .and()
                .resideOutsideOfPackage(INTERNAL + "http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.net.httpserver")
                .check(ALL);
    }

    /** A line each in {@code internal-types.txt}; a class that only its own room uses is not public. */
    @Test
    void aRoomShowsTheseClassesToOthers() throws IOException {
        List<JavaClass> shown = ALL.stream()
                .filter(type -> isInternal(type) && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(ArchitectureTest::isReachable)
                .filter(type -> !type.getName().endsWith("package-info"))
                .toList();
        assertThat(shown)
                .extracting(JavaClass::getName)
                .containsExactlyInAnyOrderElementsOf(lines("internal-types.txt"));
        // A nested type goes with the class around it: another room may give a lambda for it, which does not name it.
        assertThat(shown)
                .filteredOn(type -> type.getEnclosingClass().isEmpty())
                // The compiler copies a constant, and leaves no trace of its class.
                .filteredOn(type -> !type.getMethods().isEmpty())
                .allSatisfy(type -> assertThat(type.getDirectDependenciesToSelf())
                        .as("%s is public, so a class of another package needs it", type.getName())
                        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName())));
    }

    private static boolean isInternal(JavaClass type) {
        return (type.getPackageName() + ".").contains(".internal.");
    }

    /** No user sees a room, so the compiler does not ask for the Javadoc that a user needs. */
    @Test
    void theCompilerAsksForNoJavadocInRooms() throws IOException {
        Matcher checked =
                Pattern.compile("<arg>-Xdoclint/package:(.*)</arg>").matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(checked.find()).isTrue();
        List<String> rooms = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .toList()) {
                Matcher name = Pattern.compile("<module.name>(.*)</module.name>")
                        .matcher(Files.readString(module.resolve("pom.xml")));
                assertThat(name.find()).as("a module.name in %s", module).isTrue();
                List<String> packages = List.of(checked.group(1)
                        .replace("${module.name}", name.group(1))
                        .split(","));
                Path sources = module.resolve("src/main/java");
                try (Stream<Path> folders = Files.walk(sources)) {
                    folders.filter(folder -> folder.endsWith("internal")).forEach(folder -> {
                        String room = sources.relativize(folder).toString().replace(File.separatorChar, '.');
                        assertThat(packages).contains("-" + room + ".*");
                        rooms.add(room);
                    });
                }
            }
        }
        assertThat(rooms).contains("io.resque.core.internal", "io.resque.launcher.internal");
    }

    /** The compiler that builds the modules leaves rooms out. */
    @ParameterizedTest
    @ValueSource(strings = {"../resque-core", "../resque-process-launcher"})
    void theJavadocInRoomsIsWellFormed(String module, @TempDir Path classes) throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        StringWriter said = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-Xdoclint:all/private,-missing", "-proc:none", "-d", classes.toString());
            boolean good = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(good).as(said.toString()).isTrue();
        }
    }

    @Test
    void theLauncherKnowsNoAdapter() {
        assertSeesOnly("io.resque.launcher..", "io.resque.core", "org.slf4j", "sun.misc");
        assertSeesOnly(
                "io.resque.cli",
                "io.resque.launcher",
                "io.resque.core",
                "io.resque.web",
                "picocli",
                "org.snakeyaml.engine..");
    }

    @Test
    void thePagesSeeCoreAsUsersDo() {
        assertSeesOnly(
                "io.resque.web..", "io.resque.core", "org.slf4j", "gg.jte..", "jakarta.servlet..", "javax.crypto..");
        noClasses()
                .that()
                .resideInAPackage("io.resque.web.internal.pages")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "com.sun.net.httpserver")
                .check(ALL);
    }

    @Test
    void metersAndTracesSeeCoreAsUsersDo() {
        assertSeesOnly("io.resque.micrometer", "io.resque.core", "io.micrometer.core..", "org.slf4j");
        assertSeesOnly("io.resque.opentelemetry", "io.opentelemetry.api..", "io.opentelemetry.context..", "org.slf4j");
    }

    @Test
    void activeJobSeesCoreAsUsersDo() {
        assertSeesOnly("io.resque.activejob", "io.resque.activejob.codec", "io.resque.core", "org.slf4j");
        classes()
                .that()
                .resideInAPackage("io.resque.activejob.codec")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.resque.activejob.codec", JAVA, NULLNESS)
                .check(ALL);
    }

    @Test
    void springStaysInItsModules() {
        assertSeesOnly(
                "io.resque.spring.boot",
                "io.resque.core",
                "io.resque.web",
                "io.resque.micrometer",
                "io.resque.opentelemetry",
                "io.micrometer.core.instrument",
                "io.opentelemetry.api",
                "org.springframework..",
                "jakarta.servlet..",
                "org.slf4j");
        assertSeesOnly(
                "io.resque.spring.boot.test",
                "io.resque.core",
                "io.resque.spring.boot",
                "org.springframework..",
                "org.assertj.core..",
                "org.junit.jupiter.api.extension");
    }

    @Test
    void theProtocolKnowsNoClient() {
        assertSeesOnly("io.resque.backend.redis", "javax.net.ssl");
    }

    @Test
    void jedisStaysInItsAdapter() {
        assertSeesOnly(
                "io.resque.backend.jedis",
                "io.resque.backend.redis",
                "redis.clients.jedis..",
                "javax.net.ssl",
                "org.apache.commons.pool2..");
    }

    @Test
    void lettuceStaysInItsAdapter() {
        // With the types of Netty that stand in Lettuce's own signatures
        assertSeesOnly(
                "io.resque.backend.lettuce",
                "io.resque.backend.redis",
                "io.lettuce.core..",
                "io.netty.buffer",
                "io.netty.resolver",
                "io.netty.util.concurrent",
                "javax.net.ssl");
    }

    @Test
    void theMemoryKnowsNoRedis() {
        assertSeesOnly("io.resque.backend.memory", "org.junit.jupiter.api.extension");
    }

    @Test
    void gsonStaysInItsAdapter() {
        assertSeesOnly("io.resque.serialization.gson", "com.google.gson..");
    }

    @Test
    void jacksonStaysInItsAdapter() {
        assertSeesOnly("io.resque.serialization.jackson", "tools.jackson..", "com.fasterxml.jackson.annotation");
    }

    @Test
    void theKitJudgesThroughTheApiAlone() {
        assertSeesOnly(
                "io.resque.tck",
                "org.junit.jupiter..",
                "org.junit.platform..",
                "org.assertj..",
                "org.opentest4j..",
                "redis.embedded..",
                "org.testcontainers..",
                "com.github.dockerjava..",
                "javax.net.ssl");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.resque.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void roomsStandInOrder() {
        assertRooms("io.resque.core", ROOMS.toArray(String[]::new));
        assertRooms("io.resque.launcher", "support", "frame", "child", "pool", "process");
        assertRooms("io.resque.web", "http", "pages");
    }

    /**
     * The rooms of a module, {@code internal.<room>}: these and no others; each sees only the rooms before it, none sees the public
     * classes, and no other module sees a room.
     */
    private static void assertRooms(String module, String... rooms) {
        List<String> later = new ArrayList<>(List.of(module));
        for (int i = rooms.length - 1; i >= 0; i--) {
            String room = module + ".internal." + rooms[i];
            noClasses()
                    .that()
                    .resideInAPackage(room)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later.toArray(String[]::new))
                    .check(ALL);
            later.add(room);
        }
        assertThat(ALL.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(module + ".internal."))
                        .distinct())
                .as("each package is a room that this test knows")
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(rooms).map((module + ".internal.")::concat).toList());
        noClasses()
                .that()
                .resideOutsideOfPackage(module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(module + ".internal..")
                .check(ALL);
    }

    @Test
    void childrenLoadLittle() {
        classes()
                .that()
                .resideInAnyPackage(
                        "io.resque.launcher.internal.child",
                        "io.resque.launcher.internal.frame",
                        "io.resque.launcher.internal.support")
                .should(new LoadLittle())
                .check(ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "WithLambda, a lambda",
        "WithReference, a lambda",
        "WithEnum, the enum io.resque.api.JobState",
        "WithJson, io.resque.api.spi.JsonRules",
        "WithLog, org.slf4j.Logger"
    })
    void aClassThatLoadsMuchIsNoticed(String name, String what) throws ClassNotFoundException {
        JavaClasses heavy =
                new ClassFileImporter().importClasses(Class.forName(ArchitectureTest.class.getName() + "$" + name));
        assertThatThrownBy(() -> classes().should(new LoadLittle()).check(heavy))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(name + " needs " + what);
    }

    @SuppressWarnings("unused")
    private static final class WithLambda {
        Supplier<String> field = () -> "";
    }

    @SuppressWarnings("unused")
    private static final class WithReference {
        Supplier<String> field = "text"::strip;
    }

    @SuppressWarnings("unused")
    private static final class WithEnum {
        Object field = JobState.FAILED;
    }

    @SuppressWarnings("unused")
    private static final class WithJson {
        String field = JsonRules.onOneLine("");
    }

    @SuppressWarnings("unused")
    private static final class WithLog {
        Logger field = LoggerFactory.getLogger("");
    }

    /** The maker of a thread may be a job or a request, whose thread locals the thread would keep. */
    @Test
    void threadsInheritNoThreadLocals() {
        assertThat(ALL.stream()
                        .filter(type ->
                                !type.getPackageName().matches("io\\.resque\\.(tck|benchmarks|examples)(\\..*)?"))
                        .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                        .filter(ArchitectureTest::makesThreadsThatInherit)
                        .map(JavaConstructorCall::getDescription))
                .as("give Thread its parameter inheritThreadLocals, false, and an executor a factory of threads")
                .isEmpty();
    }

    private static boolean makesThreadsThatInherit(JavaConstructorCall call) {
        List<String> parameters = call.getTarget().getRawParameterTypes().stream()
                .map(JavaClass::getName)
                .toList();
        return call.getTargetOwner().isEquivalentTo(Thread.class) && !parameters.contains("boolean")
                || call.getTargetOwner().isAssignableTo(ThreadPoolExecutor.class)
                        && !parameters.contains(ThreadFactory.class.getName());
    }

    /** Whoever wants to understand a class of a cycle must read all of its classes. */
    @Test
    void classesThatNeedEachOtherAreFew() {
        System.out.printf("%-42s %7s %10s  %s%n", "package", "classes", "references", "cycles, by number of classes");
        List<String> wrong = new ArrayList<>();
        MOST_CLASSES_IN_A_CYCLE.forEach((module, most) -> {
            ClassCycles cycles = new ClassCycles(ALL, "io.resque." + module);
            cycles.table().forEach(System.out::println);
            cycles.acrossPackages().forEach(cycle -> wrong.add("across packages: " + cycle));
            cycles.all().stream()
                    .filter(cycle -> cycle.size() > most)
                    .forEach(cycle -> wrong.add("more than " + most + " classes: " + cycle));
        });
        assertThat(wrong).isEmpty();
    }

    private static void assertSeesOnly(String packageName, String... others) {
        List<String> seen = new ArrayList<>(List.of(packageName, API, JAVA, NULLNESS));
        seen.addAll(List.of(others));
        classes()
                .that()
                .resideInAPackage(packageName)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(seen.toArray(String[]::new))
                .check(ALL);
    }

    /** A line each in {@code public-types.txt}; a change of it is a change of what users may rely on. */
    @Test
    void aUserSeesTheseTypesAndNoOthers() throws IOException {
        List<String> visible = ALL.stream()
                .filter(type -> !type.getPackageName().startsWith("io.resque.examples") && !isInternal(type))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && isReachable(type))
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("package-info"))
                .sorted()
                .toList();
        assertThat(visible).isEqualTo(lines("public-types.txt"));
        for (String adapter : List.of(
                "backend.jedis", "backend.lettuce", "backend.memory", "serialization.gson", "serialization.jackson")) {
            assertThat(visible)
                    .filteredOn(name -> name.startsWith("io.resque." + adapter + "."))
                    .hasSizeBetween(1, 2);
        }
    }

    private static boolean isReachable(JavaClass type) {
        return type.getEnclosingClass()
                .map(outer -> outer.getModifiers().contains(JavaModifier.PUBLIC) && isReachable(outer))
                .orElse(true);
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in = ArchitectureTest.class.getResourceAsStream(file);
                Stream<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
