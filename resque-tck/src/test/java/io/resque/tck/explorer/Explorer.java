package io.resque.tck.explorer;

import io.resque.tck.explorer.Exploration.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Walks all states that a {@link Model} can reach, whatever the order in which its threads take their steps, and looks in
 * each state whether its invariants hold. It finds
 *
 * <ul>
 *   <li>a state in which an invariant does not hold,
 *   <li>a step that throws,
 *   <li>a state in which something is left undone and no step is left,
 *   <li>a state from which no end can be reached: the threads keep each other busy for ever.
 * </ul>
 *
 * <p>The classes under test need no copies: to see a state again, the explorer takes the same steps in a fresh model. It
 * goes breadth first, so the way that it reports is one of the shortest.
 */
public final class Explorer {
    private static final int MOST_STATES = 1_000_000;
    private static final AtomicBoolean HEAD_PRINTED = new AtomicBoolean();

    private final String name;
    private final Supplier<? extends Model> start;
    private final Map<Object, Node> seen = new LinkedHashMap<>();
    private final Deque<Node> unexplored = new ArrayDeque<>();
    private final List<Node> ends = new ArrayList<>();
    private @Nullable Violation violation;

    /** A state: the step by which it was first met, and the states that lead here. */
    private static final class Node {
        final @Nullable Node from;
        final String step;
        final List<Node> before = new ArrayList<>(2);

        Node(@Nullable Node from, String step) {
            this.from = from;
            this.step = step;
        }

        List<String> way() {
            List<String> steps = new ArrayList<>();
            for (Node node = this; node.from != null; node = node.from) {
                steps.add(node.step);
            }
            Collections.reverse(steps);
            return steps;
        }
    }

    private Explorer(String name, Supplier<? extends Model> start) {
        this.name = name;
        this.start = start;
    }

    /**
     * Explores a model and prints one row of a table about it.
     *
     * @param name which class, and with which threads, for the table
     * @param start makes the model in its first state, each time anew
     * @return what was seen; it ends with the first violation
     */
    public static Exploration explore(String name, Supplier<? extends Model> start) {
        Exploration exploration = new Explorer(name, start).run();
        String head = HEAD_PRINTED.getAndSet(true) ? "" : Exploration.HEAD + "\n";
        System.out.println(head + exploration.row());
        return exploration;
    }

    private Exploration run() {
        Model first = start.get();
        List<String> checked = Stream.of(first.invariants(), first.atTheEnd())
                .map(Map::keySet)
                .flatMap(Collection::stream)
                .toList();
        meet(first, null, "");
        while (violation == null && !unexplored.isEmpty()) {
            explore(unexplored.removeFirst());
        }
        if (violation == null) {
            findEndless();
        }
        return new Exploration(name, seen.size(), ends.size(), checked, Optional.ofNullable(violation));
    }

    private void explore(Node node) {
        for (String step : at(node).steps().keySet()) {
            Model model = at(node);
            Runnable action = action(model, step);
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                violate(e.toString(), node, step);
            }
            if (violation == null) {
                meet(model, node, step);
            }
            if (violation != null) {
                return;
            }
        }
    }

    private Model at(Node node) {
        Model model = start.get();
        node.way().forEach(step -> action(model, step).run());
        return model;
    }

    private static Runnable action(Model model, String step) {
        Runnable action = model.steps().get(step);
        if (action == null) {
            throw new IllegalStateException(
                    "\"" + step + "\" could be taken before and cannot be taken after the same steps;"
                            + " the steps of a model must not depend on chance, time or other models");
        }
        return action;
    }

    private void meet(Model model, @Nullable Node from, String step) {
        Object state = model.state();
        Node known = seen.get(state);
        if (known != null) {
            known.before.add(from == null ? known : from);
            return;
        }
        if (seen.size() == MOST_STATES) {
            throw new IllegalStateException(
                    name + " has more than " + MOST_STATES + " states; give it fewer threads or less work");
        }
        Node node = new Node(from, step);
        if (from != null) {
            node.before.add(from);
        }
        seen.put(state, node);
        unexplored.addLast(node);
        check(model.invariants(), node);
        if (model.steps().isEmpty()) {
            ends.add(node);
            check(model.atTheEnd(), node);
        }
    }

    private void check(Map<String, Boolean> invariants, Node node) {
        invariants.forEach((invariant, holds) -> {
            if (!holds && violation == null) {
                violation = new Violation("not so: " + invariant, node.way());
            }
        });
    }

    private void violate(String what, Node node, String step) {
        List<String> way = new ArrayList<>(node.way());
        way.add(step);
        violation = new Violation(what, way);
    }

    /** Goes back from the ends; a state that is not met on the way cannot reach one. */
    private void findEndless() {
        Set<Node> canEnd = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(ends);
        while (!open.isEmpty()) {
            Node node = open.removeFirst();
            if (canEnd.add(node)) {
                open.addAll(node.before);
            }
        }
        seen.values().stream()
                .filter(node -> !canEnd.contains(node))
                .findFirst()
                .ifPresent(node -> violation = new Violation("no end can be reached from here", node.way()));
    }
}
