package io.resque.backend.redis;

import io.resque.api.BackendUnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.NoSuchElementException;
import javax.net.ssl.SSLException;

/** There is no connection to Redis, or it broke. The message says in one sentence why, and what can be done. */
public class RedisUnavailableException extends BackendUnavailableException {
    private static final long serialVersionUID = 1L;

    /** The begin of Java's message when the server refuses the client. */
    private static final String ALERT = "Received fatal alert: ";

    private static final String TLS_OR_NOT =
            "); check that Redis listens there, and that the URL begins with rediss:// if and only if it wants TLS";

    /**
     * A connection that could not be made, or that broke.
     *
     * @param endpoint which Redis
     * @param caught what the client threw
     * @param root its innermost cause, which has the reason
     * @param sent whether the command may have reached the server
     */
    public RedisUnavailableException(String endpoint, Throwable caught, Throwable root, boolean sent) {
        super(message(endpoint, caught, root, sent), caught, sent);
    }

    private static String message(String endpoint, Throwable caught, Throwable root, boolean sent) {
        String reason = reason(root);
        if (sent) {
            return "The connection to Redis at " + endpoint + " broke (" + reason + "); the command may have been run";
        }
        if (root instanceof InterruptedException) {
            return "The thread was interrupted while it waited for a connection to Redis at " + endpoint
                    + "; nothing was sent";
        }
        String cannot = "Cannot reach Redis at " + endpoint + " ";
        if (root instanceof NoSuchElementException) {
            return "No connection to Redis at " + endpoint
                    + " became free in time; let fewer threads call at once, or give a client with a larger pool";
        }
        if (endpoint.startsWith("unix://")) {
            return cannot + "(" + reason
                    + "); check that redis.conf names this file as unixsocket, and that this user may write to it";
        }
        if (isCausedBy(UnknownHostException.class, caught)) {
            return cannot + "(the host name is not known); check its spelling, or give the address";
        }
        if (isCausedBy(SSLException.class, caught)) {
            return cannot + ofTls(root, reason);
        }
        if (root instanceof ConnectException) {
            return cannot + "(" + reason + "); start it there, or give the URL of yours, redis://host:port/db";
        }
        return cannot + "(" + reason + TLS_OR_NOT;
    }

    private static String ofTls(Throwable root, String reason) {
        if (root instanceof CertificateExpiredException || root instanceof CertificateNotYetValidException) {
            return "(its certificate is not valid now: " + reason + "); renew it, or set the clock of this machine";
        }
        if (root instanceof CertificateException) {
            return "(its certificate is for another host: " + reason
                    + "); use the host name that the certificate names";
        }
        if (root instanceof GeneralSecurityException) {
            return "(its certificate is not trusted: " + reason
                    + "); name a trust store by -Djavax.net.ssl.trustStore, or give a client of your own with it";
        }
        int alert = reason.indexOf(ALERT);
        if (alert < 0) {
            return "(" + reason + "); let the URL begin with rediss:// only if Redis wants TLS, and see in its log"
                    + " whether it refuses the certificate of the client's";
        }
        String name = reason.substring(alert + ALERT.length());
        if (name.equals("certificate_required") || name.equals("handshake_failure")) {
            return "(it wants a certificate of the client's: " + name
                    + "); name a key store by -Djavax.net.ssl.keyStore and -Djavax.net.ssl.keyStorePassword,"
                    + " or let Redis do without by tls-auth-clients no";
        }
        if (name.contains("certificate") || name.equals("unknown_ca")) {
            return "(it refuses the certificate of the client's: " + name
                    + "); give one that is signed by the tls-ca-cert-file of Redis and valid now,"
                    + " in the store that -Djavax.net.ssl.keyStore names";
        }
        return "(TLS: " + name + "); let both sides have a version and a cipher of TLS in common";
    }

    private static boolean isCausedBy(Class<? extends Throwable> type, Throwable caught) {
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
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
