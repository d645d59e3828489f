package io.resque.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.resque.api.JobState;
import io.resque.api.spi.JsonRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arrows between the modules, and what of each module a user can see. */
class ArchitectureTest {
    private static final String JAVA = "java..";
    private static final String NULLNESS = "org.jspecify.annotations";
    private static final String API = "io.resque.api..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
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
        assertSeesOnly("io.resque.core", "org.slf4j", "com.sun.net.httpserver");
    }

    @Test
    void theLauncherKnowsNoAdapter() {
        assertSeesOnly("io.resque.launcher..", "io.resque.core", "org.slf4j", "sun.misc");
        assertSeesOnly("io.resque.cli", "io.resque.launcher", "io.resque.core", "picocli", "org.snakeyaml.engine..");
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
    void theLauncherHasRooms() {
        assertRooms("io.resque.launcher", "support", "frame", "child", "pool", "process");
    }

    /**
     * The rooms of a module, {@code internal.<room>}: each sees only those before it, none sees the public classes, nobody outside
     * the module sees a room, and a class in a room is public only where another package uses it.
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
        noClasses()
                .that()
                .resideOutsideOfPackage(module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(module + ".internal..")
                .check(ALL);
        List<String> unused = ALL.stream()
                .filter(type -> type.getPackageName().startsWith(module + ".internal."))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getMethods()
                        .isEmpty()) // the compiler copies constants, and leaves no trace of their class
                .filter(type -> type.getDirectDependenciesToSelf().stream()
                        .allMatch(use -> use.getOriginClass().getPackageName().equals(type.getPackageName())))
                .map(JavaClass::getName)
                .toList();
        assertThat(unused).as("public in a room, and used by no other package").isEmpty();
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

    @Test
    void aUserSeesTheseTypesAndNoOthers() throws IOException {
        List<String> visible = ALL.stream()
                .filter(type -> !type.getPackageName().startsWith("io.resque.examples"))
                .filter(type -> !type.getPackageName().contains(".internal."))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && isReachable(type))
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("package-info"))
                .sorted()
                .toList();
        assertThat(visible).isEqualTo(agreed());
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

    /** A line each in {@code public-types.txt}; a change of it is a change of what users may rely on. */
    private static List<String> agreed() throws IOException {
        try (InputStream in = ArchitectureTest.class.getResourceAsStream("public-types.txt");
                Stream<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
