import java.util.Arrays;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.control.TransactionController;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.reporters.ResultCollector;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.HashTree;

/** Two visitors, five visits each of a port of this machine; results are written as JMeter writes them with -l. */
class Record {
  static HTTPSamplerProxy request(String name, int port, String path) {
    HTTPSamplerProxy made = new HTTPSamplerProxy();
    made.setName(name);
    made.setDomain("127.0.0.1");
    made.setPort(port);
    made.setPath(path);
    made.setMethod("GET");
    return made;
  }

  public static void main(String[] arguments) {
    JMeterUtils.setJMeterHome("/usr/share/jmeter");
    JMeterUtils.loadJMeterProperties("/usr/share/jmeter/bin/jmeter.properties");
    for (String setting : Arrays.asList(arguments).subList(2, arguments.length)) {
      String[] pair = setting.split("=", 2);
      JMeterUtils.setProperty("jmeter.save.saveservice." + pair[0], pair[1]);
    }
    JMeterUtils.initLocale();
    int port = Integer.parseInt(arguments[0]);
    LoopController loop = new LoopController();
    loop.setLoops(5);
    loop.setFirst(true);
    loop.initialize();
    ThreadGroup visitors = new ThreadGroup();
    visitors.setName("Visitors");
    visitors.setNumThreads(2);
    visitors.setSamplerController(loop);
    TransactionController visit = new TransactionController();
    visit.setName("Visit");
    HashTree requests = new HashTree();
    requests.add(request("Home", port, "/"));
    requests.add(request("Orders \"x, y\"", port, "/orders"));
    requests.add(request("Broken", port, "/broken"));
    ResultCollector results = new ResultCollector();
    results.setFilename(arguments[1]);
    HashTree group = new HashTree();
    group.add(visitors).add(visit, requests);
    HashTree tree = new HashTree();
    tree.add(new TestPlan("shop"), group);
    tree.add(tree.getArray()[0], results);
    StandardJMeterEngine engine = new StandardJMeterEngine();
    engine.configure(tree);
    engine.run();
    System.exit(0);
  }
}
