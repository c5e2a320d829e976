import java.io.FileReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Properties;
import java.util.regex.Pattern;
import org.eclipse.dataspacetck.core.system.ConsoleMonitor;
import org.eclipse.dataspacetck.runtime.TckRuntime;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Runs a kit: {@code RunKit kit.properties [case-id]}. Which cases there are is said by the property
 * {@code dataspacetck.test.package}.
 *
 * <p>Lines of the kit go to standard error. Standard output has a line {@code PASSED id} or {@code FAILED id reason} a
 * case and at the end {@code COUNTS found started passed failed skipped aborted failed-classes}. The exit code says that
 * the kit was run to its end, and nothing of what came of it: whoever reads the lines judges.
 *
 * <p>The id of a case is what its display name begins with, {@code CN_C:01-02}, or else the name of its method.
 */
public class RunKit {
    private static final Pattern ID = Pattern.compile("^([A-Z_]+:\\d\\d-\\d\\d)\\b.*");
    private static PrintStream out;
    private static String only;

    public static void main(String[] arguments) throws Exception {
        out = System.out;
        System.setOut(System.err);
        only = arguments.length > 1 ? arguments[1] : null;
        // JUnit finds the two services below by it.
        Thread.currentThread().setContextClassLoader(RunKit.class.getClassLoader());
        var file = new Properties();
        try (var reader = new FileReader(arguments[0])) {
            file.load(reader);
        }
        var properties = new HashMap<String, String>();
        file.forEach((key, value) -> properties.put((String) key, ((String) value).trim()));
        var summary = TckRuntime.Builder.newInstance()
                .properties(properties)
                .monitor(new ConsoleMonitor(true, false))
                .addPackage(properties.get("dataspacetck.test.package"))
                .build()
                .execute();
        out.printf("COUNTS %d %d %d %d %d %d %d%n", summary.getTestsFoundCount(), summary.getTestsStartedCount(),
                summary.getTestsSucceededCount(), summary.getTestsFailedCount(), summary.getTestsSkippedCount(),
                summary.getTestsAbortedCount(), summary.getContainersFailedCount());
        // Threads of the kit's HTTP client would keep the process alive.
        System.exit(0);
    }

    private static String idOf(String displayName, TestSource source) {
        var match = ID.matcher(displayName);
        if (match.matches()) {
            return match.group(1);
        }
        return source instanceof MethodSource method ? method.getMethodName() : displayName;
    }

    private static Throwable rootOf(Throwable failure) {
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    /** Says what became of each case. */
    public static class Reporter implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            var id = idOf(test.getDisplayName(), test.getSource().orElse(null)).replace(' ', '_');
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                var reason = result.getThrowable().map(failure -> String.valueOf(rootOf(failure))).orElse("");
                out.println("FAILED " + id + " " + reason.replaceAll("\\s+", " "));
            } else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                out.println("PASSED " + id);
            }
        }
    }

    /** Leaves the one case that is asked for. */
    public static class Selection implements PostDiscoveryFilter {
        @Override
        public FilterResult apply(TestDescriptor test) {
            var wanted = only == null || !test.isTest() || idOf(test.getDisplayName(), test.getSource().orElse(null)).equals(only);
            return FilterResult.includedIf(wanted);
        }
    }
}
