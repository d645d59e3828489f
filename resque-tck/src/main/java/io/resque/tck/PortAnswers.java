package io.resque.tck;

import io.resque.api.spi.DelayedMove;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ports of an adapter, with a look at the shape of each answer, W-981: nothing is null, and a list of answers has one
 * for each question. Without it the kit would fail with an exception of its own where it reads such an answer.
 */
final class PortAnswers {
    /** The methods that answer each element of an argument, with the place of this argument. */
    private static final Map<String, Integer> ONE_FOR_EACH = Map.of(
            "inspect",
            0,
            "heads",
            0,
            "removeAll",
            1,
            "edit",
            1,
            "getAll",
            0,
            "endAgain",
            0,
            "move",
            1,
            "change",
            1,
            "tick",
            1);

    private PortAnswers() {}

    static <T> T checked(Class<T> port, Object real) {
        return port.cast(
                Proxy.newProxyInstance(PortAnswers.class.getClassLoader(), new Class<?>[] {port}, new Checked(real)));
    }

    private record Checked(Object real) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
            Object[] given = args == null ? new Object[0] : args.clone();
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals")
                        ? Boolean.valueOf(real.equals(unwrapped(given[0])))
                        : call(method, given);
            }
            Map<Object, Object> sessions = new LinkedHashMap<>();
            if (method.getName().equals("heartbeat")) { // its sessions must be the adapter's own
                ((Collection<?>) given[0]).forEach(session -> sessions.put(unwrapped(session), session));
                given[0] = sessions.keySet();
            }
            Object answer = call(method, given);
            if (method.getReturnType() != void.class) {
                check(method, given, answer);
            }
            return sessions.isEmpty() ? wrapped(method, answer) : given((Set<?>) answer, sessions);
        }

        private @Nullable Object call(Method method, Object[] args) throws Throwable {
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private static @Nullable Object unwrapped(@Nullable Object port) {
        return port != null
                        && Proxy.isProxyClass(port.getClass())
                        && Proxy.getInvocationHandler(port) instanceof Checked checked
                ? checked.real()
                : port;
    }

    /** The sessions that the kit has given to a call, in place of the adapter's own. */
    private static Set<Object> given(Set<?> answer, Map<Object, Object> sessions) {
        Set<Object> given = new HashSet<>();
        answer.forEach(session -> given.add(sessions.getOrDefault(session, session)));
        return given;
    }

    private static @Nullable Object wrapped(Method method, @Nullable Object answer) {
        Optional<Class<?>> port = WatchedPorts.returned(method);
        if (port.isEmpty() || answer == null) {
            return answer;
        }
        return answer instanceof Optional<?> one
                ? one.map(real -> checked(port.get(), real))
                : checked(port.get(), answer);
    }

    private static void check(Method method, Object[] args, @Nullable Object answer) {
        if (answer == null) {
            throw new AssertionError(call(method, args) + " must not return null");
        }
        boolean holdsNull = answer instanceof Collection<?> all && all.stream().anyMatch(Objects::isNull)
                || answer instanceof Map<?, ?> map
                        && (map.keySet().stream().anyMatch(Objects::isNull)
                                || map.values().stream().anyMatch(Objects::isNull));
        if (holdsNull) {
            throw new AssertionError(
                    call(method, args) + " must return nothing that holds null, but returned " + answer);
        }
        Integer asked = ONE_FOR_EACH.get(method.getName());
        List<?> list = answers(answer);
        if (asked != null && list != null) {
            Collection<?> questions = (Collection<?>) args[asked];
            if (list.size() != questions.size()) {
                throw new AssertionError(call(method, args) + " must return one element for each of the "
                        + questions.size() + " it is asked for, in their order, but returned " + list.size() + ": "
                        + shortened(list));
            }
        }
    }

    /** Null if the answer is no list, or none of the questions was answered, as the port allows. */
    private static @Nullable List<?> answers(Object answer) {
        if (answer instanceof DelayedMove.Answer moves) {
            return moves.holder() == null ? moves.outcomes() : null;
        }
        return answer instanceof List<?> list ? list : null;
    }

    private static String call(Method method, Object[] args) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + "("
                + shortened(Stream.of(args).map(String::valueOf).collect(Collectors.joining(", "))) + ")";
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() > 200 ? text.substring(0, 200) + " …" : text;
    }
}
