package io.resque.examples;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.resque.api.spi.JsonRules;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Classes that a child JVM loads at each start need no lambda, no enum, no JSON and no log. Enums of Java itself are left out: the
 * JVM's own archive of classes holds those that children use.
 */
final class LoadLittle extends ArchCondition<JavaClass> {
    LoadLittle() {
        super("need no lambda, no enum, no JSON and no log");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        Set<String> heavy = new TreeSet<>();
        if (hasLambda(type)) {
            heavy.add("a lambda");
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
            JavaClass target = dependency.getTargetClass();
            String name = target.getName();
            boolean isEnum = target.isEnum() && !name.startsWith("java.");
            if (isEnum || name.startsWith("org.slf4j.") || name.equals(JsonRules.class.getName())) {
                heavy.add(isEnum ? "the enum " + name : name);
            }
        }
        heavy.forEach(each -> events.add(SimpleConditionEvent.violated(type, type.getName() + " needs " + each)));
    }

    /** Whether the class file has the instruction for lambdas. It is read here since the importer drops it. */
    private static boolean hasLambda(JavaClass type) {
        try (DataInputStream in = new DataInputStream(
                type.getSource().orElseThrow().getUri().toURL().openStream())) {
            in.skipNBytes(8);
            int constants = in.readUnsignedShort();
            for (int i = 1; i < constants; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> in.skipNBytes(in.readUnsignedShort());
                    case 3, 4, 9, 10, 11, 12, 17 -> in.skipNBytes(4);
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++; // it counts as two constants
                    }
                    case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    case 18 -> {
                        return true;
                    }
                    default -> throw new IOException("a constant of the unknown kind " + tag);
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(type.getName(), e);
        }
    }
}
