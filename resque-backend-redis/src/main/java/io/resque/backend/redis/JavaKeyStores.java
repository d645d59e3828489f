package io.resque.backend.redis;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The key store and the trust store that Java's own system properties name. They are read here, since a client passes over a
 * store that is missing or has another password, and then the server gets the blame.
 */
final class JavaKeyStores {
    private static final String KEYS = "javax.net.ssl.keyStore";
    private static final String TRUST = "javax.net.ssl.trustStore";

    /** In Java's properties, a store that has no file, such as a smart card. */
    private static final String NO_FILE = "NONE";

    private JavaKeyStores() {}

    static @Nullable KeyManagerFactory keyManagers() {
        String file = System.getProperty(KEYS, "");
        if (file.isEmpty()) {
            return null;
        }
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(KEYS, file), file.equals(NO_FILE) ? null : password(KEYS));
            return keys;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw unusable("key", KEYS, file, e);
        }
    }

    static TrustManagerFactory trustManagers() {
        String file = System.getProperty(TRUST, "");
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(file.isEmpty() ? null : load(TRUST, file));
            if (!file.isEmpty() && isEmpty(trust)) {
                throw new ConfigurationException("The trust store " + file + ", which -D" + TRUST
                        + " names, holds no certificate that can be read; give its password by -D" + TRUST
                        + "Password");
            }
            return trust;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw unusable("trust", TRUST, file, e);
        }
    }

    private static KeyStore load(String property, String file) throws IOException, GeneralSecurityException {
        String type = System.getProperty(property + "Type", KeyStore.getDefaultType());
        String provider = System.getProperty(property + "Provider", "");
        KeyStore store = provider.isEmpty() ? KeyStore.getInstance(type) : KeyStore.getInstance(type, provider);
        try (InputStream in = file.equals(NO_FILE) ? null : Files.newInputStream(Path.of(file))) {
            store.load(in, password(property));
        }
        return store;
    }

    private static char @Nullable [] password(String property) {
        String password = System.getProperty(property + "Password", "");
        return password.isEmpty() ? null : password.toCharArray();
    }

    private static boolean isEmpty(TrustManagerFactory trust) {
        return Arrays.stream(trust.getTrustManagers())
                .allMatch(each -> each instanceof X509TrustManager known && known.getAcceptedIssuers().length == 0);
    }

    private static ConfigurationException unusable(String which, String property, String file, Exception e) {
        String what = "The " + which + " store " + file + ", which -D" + property + " names, ";
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        if (root instanceof UnrecoverableKeyException
                || String.valueOf(root.getMessage()).contains("password was incorrect")) {
            return new ConfigurationException(
                    what + "cannot be opened: its password is wrong; give the right one by -D" + property + "Password");
        }
        return new ConfigurationException(what + "cannot be read (" + root + "); name a file that this user may read,"
                + " and its type by -D" + property + "Type");
    }
}
