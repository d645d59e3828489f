package io.resque.backend.jedis;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.NoSuchElementException;
import javax.net.ssl.SSLException;

/** Says in one sentence why there is no connection, and what can be done. */
final class Unavailable {
    private Unavailable() {}

    /** Of a broken connection, or of one that could not be made: what was caught, and the innermost cause of it. */
    static String message(String endpoint, Throwable caught, Throwable root, boolean sent) {
        String reason = reason(root);
        if (sent) {
            return "The connection to Redis at " + endpoint + " broke (" + reason + "); the command may have been run";
        }
        if (root instanceof NoSuchElementException) {
            return "No connection to Redis at " + endpoint
                    + " became free in time; let fewer threads call at once, or give a client with a larger pool";
        }
        String cannot = "Cannot reach Redis at " + endpoint + " ";
        if (root instanceof UnknownHostException) {
            return cannot + "(the host name is not known); check its spelling, or give the address";
        }
        if (root instanceof CertificateException) {
            return cannot + "(its certificate is for another host: " + reason
                    + "); use the host name that the certificate names";
        }
        if (isTls(caught)) {
            return cannot + "(its certificate is not trusted: " + reason
                    + "); name a trust store by -Djavax.net.ssl.trustStore, or use JedisBackend.using with a client of"
                    + " your own SslOptions";
        }
        if (root instanceof ConnectException) {
            return cannot + "(" + reason + "); start it there, or give the URL of yours, redis://host:port/db";
        }
        return cannot + "(" + reason
                + "); check that Redis listens there, and that the URL begins with rediss:// if and"
                + " only if it wants TLS";
    }

    private static boolean isTls(Throwable caught) {
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable root) {
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message.replaceFirst("[.\\s]+$", "");
    }
}
