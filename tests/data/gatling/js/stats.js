var stats = {
 type: "GROUP",
 name: "Global Information",
 path: "",
 pathFormatted: "group_missing-name",
 stats: {
  name: "Global Information",
  "numberOfRequests": {
   "total": "5",
   "ok": "3",
   "ko": "2"
  },
  "minResponseTime": {
   "total": "40",
   "ok": "40",
   "ko": "90"
  },
  "maxResponseTime": {
   "total": "500",
   "ok": "120",
   "ko": "500"
  },
  "meanResponseTime": {
   "total": "166",
   "ok": "80",
   "ko": "295"
  },
  "standardDeviation": {
   "total": "169",
   "ok": "33",
   "ko": "205"
  },
  "percentiles1": {
   "total": "90",
   "ok": "80",
   "ko": "500"
  },
  "percentiles2": {
   "total": "120",
   "ok": "120",
   "ko": "500"
  },
  "percentiles3": {
   "total": "500",
   "ok": "120",
   "ko": "500"
  },
  "percentiles4": {
   "total": "500",
   "ok": "120",
   "ko": "500"
  },
  "group1": {
   name: "t < 800 ms",
   "count": 3,
   "percentage": 60
  },
  "group4": {
   name: "failed",
   "count": 2,
   "percentage": 40
  },
  "meanNumberOfRequestsPerSecond": {
   "total": "1.25",
   "ok": "0.75",
   "ko": "0.5"
  }
 },
 contents: {
  "req_home": {
   type: "REQUEST",
   name: "Home",
   path: "Home",
   pathFormatted: "req_home",
   stats: {
    name: "Home",
    "numberOfRequests": {
     "total": "3",
     "ok": "2",
     "ko": "1"
    },
    "minResponseTime": {
     "total": "80",
     "ok": "80",
     "ko": "500"
    },
    "maxResponseTime": {
     "total": "500",
     "ok": "120",
     "ko": "500"
    },
    "meanResponseTime": {
     "total": "233",
     "ok": "100",
     "ko": "500"
    },
    "standardDeviation": {
     "total": "189",
     "ok": "20",
     "ko": "0"
    },
    "percentiles1": {
     "total": "120",
     "ok": "120",
     "ko": "500"
    },
    "percentiles2": {
     "total": "500",
     "ok": "120",
     "ko": "500"
    },
    "percentiles3": {
     "total": "500",
     "ok": "120",
     "ko": "500"
    },
    "percentiles4": {
     "total": "500",
     "ok": "120",
     "ko": "500"
    },
    "group1": {
     name: "t < 800 ms",
     "count": 2,
     "percentage": 67
    },
    "group4": {
     name: "failed",
     "count": 1,
     "percentage": 33
    },
    "meanNumberOfRequestsPerSecond": {
     "total": "0.75",
     "ok": "0.5",
     "ko": "0.25"
    }
   }
  },
  "group_buy": {
   type: "GROUP",
   name: "Buy",
   path: "Buy",
   pathFormatted: "group_buy",
   stats: {
    name: "Buy",
    "numberOfRequests": {
     "total": "1",
     "ok": "-",
     "ko": "1"
    },
    "minResponseTime": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "maxResponseTime": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "meanResponseTime": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "standardDeviation": {
     "total": "0",
     "ok": "-",
     "ko": "0"
    },
    "percentiles1": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "percentiles2": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "percentiles3": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "percentiles4": {
     "total": "130",
     "ok": "-",
     "ko": "130"
    },
    "group1": {
     name: "t < 800 ms",
     "count": 0,
     "percentage": 0
    },
    "group4": {
     name: "failed",
     "count": 1,
     "percentage": 100
    },
    "meanNumberOfRequestsPerSecond": {
     "total": "0.25",
     "ok": "-",
     "ko": "0.25"
    }
   },
   contents: {
    "req_pay": {
     type: "REQUEST",
     name: "Pay, now",
     path: "Buy / Pay, now",
     pathFormatted: "req_pay",
     stats: {
      name: "Pay, now",
      "numberOfRequests": {
       "total": "1",
       "ok": "1",
       "ko": "-"
      },
      "minResponseTime": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "maxResponseTime": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "meanResponseTime": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "standardDeviation": {
       "total": "0",
       "ok": "0",
       "ko": "-"
      },
      "percentiles1": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "percentiles2": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "percentiles3": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "percentiles4": {
       "total": "40",
       "ok": "40",
       "ko": "-"
      },
      "group1": {
       name: "t < 800 ms",
       "count": 1,
       "percentage": 100
      },
      "group4": {
       name: "failed",
       "count": 0,
       "percentage": 0
      },
      "meanNumberOfRequestsPerSecond": {
       "total": "0.25",
       "ok": "0.25",
       "ko": "-"
      }
     }
    },
    "req_broken": {
     type: "REQUEST",
     name: "Broken",
     path: "Buy / Broken",
     pathFormatted: "req_broken",
     stats: {
      name: "Broken",
      "numberOfRequests": {
       "total": "1",
       "ok": "-",
       "ko": "1"
      },
      "minResponseTime": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "maxResponseTime": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "meanResponseTime": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "standardDeviation": {
       "total": "0",
       "ok": "-",
       "ko": "0"
      },
      "percentiles1": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "percentiles2": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "percentiles3": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "percentiles4": {
       "total": "90",
       "ok": "-",
       "ko": "90"
      },
      "group1": {
       name: "t < 800 ms",
       "count": 0,
       "percentage": 0
      },
      "group4": {
       name: "failed",
       "count": 1,
       "percentage": 100
      },
      "meanNumberOfRequestsPerSecond": {
       "total": "0.25",
       "ok": "-",
       "ko": "0.25"
      }
     }
    }
   }
  }
 }
}

function fillStats(stat){
    $("#numberOfRequests").append(stat.numberOfRequests.total);
}
