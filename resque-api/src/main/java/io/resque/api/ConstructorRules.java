package io.resque.api;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;

/** Which classes of jobs can be created without a factory, and the way out for the others. */
final class ConstructorRules {
    private ConstructorRules() {}

    /** Returns the constructor without parameters, which can be called even if it is private. */
    static <J extends Job> Constructor<J> constructor(Class<J> type) {
        if (type.isInterface()) {
            throw refused(type, "is an interface; register a class that implements it");
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            throw refused(type, "is abstract; register a concrete class");
        }
        Class<?> outer = type.getEnclosingClass();
        if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
            throw refused(
                    type, "is an inner class, which needs an object of " + outer.getSimpleName() + "; make it static");
        }
        Constructor<J> constructor;
        try {
            constructor = type.getDeclaredConstructor();
        } catch (NoSuchMethodException e) {
            throw refused(
                    type,
                    type.isLocalClass() || type.isAnonymousClass()
                            ? "is declared inside a method, and needs values from there; make it a static class, or register a"
                                    + " supplier"
                            : "has no constructor without parameters; give it one, register a supplier, or set a JobFactory"
                                    + " that can create it");
        }
        if (!constructor.trySetAccessible()) {
            throw refused(
                    type,
                    "is in a module that does not open its package to Resque; add \"opens " + type.getPackageName()
                            + ";\" to its module-info.java, or register a supplier");
        }
        return constructor;
    }

    private static ConfigurationException refused(Class<?> type, String why) {
        return new ConfigurationException(type.getName() + " " + why);
    }
}
