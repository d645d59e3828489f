package io.resque.examples;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which classes of a module need each other, directly or through further classes: a reader who wants to understand one of them must
 * read all. A nested class counts as the class around it.
 */
final class ClassCycles {
    private final SortedMap<String, Set<String>> references = new TreeMap<>();
    private final List<Set<String>> cycles = new ArrayList<>();

    /** Of a package and all below it. */
    ClassCycles(JavaClasses all, String root) {
        for (JavaClass each : all) {
            if (isIn(each, root) && !each.getSimpleName().equals("package-info")) {
                Set<String> targets = references.computeIfAbsent(outermost(each), name -> new TreeSet<>());
                for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (isIn(target, root)) {
                        targets.add(outermost(target));
                    }
                }
            }
        }
        references.values().forEach(targets -> targets.retainAll(references.keySet()));
        references.forEach((name, targets) -> targets.remove(name));
        new Search().run();
    }

    private static boolean isIn(JavaClass type, String root) {
        return (type.getPackageName() + ".").startsWith(root + ".");
    }

    private static String outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName();
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    /** Each of two classes or more. */
    List<Set<String>> all() {
        return List.copyOf(cycles);
    }

    /** Those whose classes are in more than one package. */
    List<Set<String>> acrossPackages() {
        return cycles.stream()
                .filter(cycle ->
                        cycle.stream().map(ClassCycles::packageOf).distinct().count() > 1)
                .toList();
    }

    /** A line for each package: its classes, what they refer to, and the sizes of the cycles that touch it. */
    List<String> table() {
        Map<String, Long> classes = references.keySet().stream()
                .collect(Collectors.groupingBy(ClassCycles::packageOf, TreeMap::new, Collectors.counting()));
        List<String> lines = new ArrayList<>();
        classes.forEach((room, count) -> {
            long outgoing = references.entrySet().stream()
                    .filter(each -> packageOf(each.getKey()).equals(room))
                    .mapToLong(each -> each.getValue().size())
                    .sum();
            List<Integer> sizes = cycles.stream()
                    .filter(cycle -> cycle.stream().map(ClassCycles::packageOf).anyMatch(room::equals))
                    .map(Set::size)
                    .sorted()
                    .toList();
            lines.add("%-42s %7d %10d  %s".formatted(room, count, outgoing, sizes.isEmpty() ? "none" : sizes));
        });
        return lines;
    }

    /** Tarjan's: classes that can reach each other stand together on the stack when the first of them has been left. */
    private final class Search {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();

        void run() {
            references.keySet().stream()
                    .filter(name -> !numbers.containsKey(name))
                    .forEach(this::visit);
        }

        private void visit(String name) {
            numbers.put(name, numbers.size());
            lowest.put(name, numbers.get(name));
            open.push(name);
            for (String target : references.get(name)) {
                if (!numbers.containsKey(target)) {
                    visit(target);
                    lowest.merge(name, lowest.get(target), Math::min);
                } else if (open.contains(target)) {
                    lowest.merge(name, numbers.get(target), Math::min);
                }
            }
            if (lowest.get(name).equals(numbers.get(name))) {
                Set<String> together = new TreeSet<>();
                while (!together.contains(name)) {
                    together.add(open.pop());
                }
                if (together.size() > 1) {
                    cycles.add(together);
                }
            }
        }
    }
}
