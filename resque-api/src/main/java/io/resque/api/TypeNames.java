package io.resque.api;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;

/**
 * The names of classes as messages show them: with the article, and without names that only the compiler or the JVM knows, such as
 * that of a lambda. All methods are pure.
 */
public final class TypeNames {
    private TypeNames() {}

    /**
     * The name of a type with its article.
     *
     * @param type any type; for a class of a value that source code cannot name, the nearest type that it can name is shown
     * @return such as {@code a java.time.Instant}, {@code an int[]}, {@code a java.util.Set} for the class of {@code Set.of(1)}, or
     *     {@code a lambda in com.acme.Mail}
     */
    public static String withArticle(Type type) {
        String name = type instanceof Class<?> known ? plain(known) : type.getTypeName();
        // No u: it begins a vowel in few names of classes and packages.
        return ("aeioAEIO".indexOf(name.charAt(0)) >= 0 ? "an " : "a ") + name;
    }

    /**
     * The name of a class, for a log that helps to find it.
     *
     * @param type any class
     * @return its name, also of an anonymous class; for others that source code cannot name, as {@link #withArticle} shows it
     */
    public static String of(Class<?> type) {
        return canBeWritten(type) || type.isAnonymousClass() && !isOfJava(type)
                ? type.getTypeName()
                : withArticle(type);
    }

    private static String plain(Class<?> type) {
        if (canBeWritten(type)) {
            return type.getTypeName();
        }
        int lambda = type.getName().indexOf("$$Lambda");
        if (lambda > 0) {
            return "lambda in " + type.getName().substring(0, lambda);
        }
        Class<?> outer = type.getEnclosingClass();
        if (outer != null && type.isAnonymousClass() && !isOfJava(type)) {
            return "anonymous class in " + plain(outer);
        }
        return nearest(type).getTypeName();
    }

    /**
     * Whether source code can name a class, so that a message can suggest its name.
     *
     * @param type any class
     * @return false for lambdas, proxies, anonymous and generated classes, and for classes that Java keeps to itself
     */
    public static boolean canBeWritten(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return !element.isHidden()
                && !element.isSynthetic()
                && !element.isAnonymousClass()
                && !element.getName().contains("$$")
                && !Proxy.isProxyClass(element)
                && (isPublic(element) || !isOfJava(element));
    }

    private static boolean isOfJava(Class<?> type) {
        return type.getName().matches("(java|javax|jdk|sun|com\\.sun)\\..*");
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> each = type;
        while (each != null && Modifier.isPublic(each.getModifiers())) {
            each = each.getEnclosingClass();
        }
        return each == null;
    }

    private static Class<?> nearest(Class<?> type) {
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            if (each != Proxy.class && canBeWritten(each)) {
                return each;
            }
            for (Class<?> one : each.getInterfaces()) {
                if (canBeWritten(one) && one.getMethods().length > 0) { // not one such as Serializable
                    return one;
                }
            }
        }
        return Object.class;
    }
}
