/** Works that the methods rest on. Bibliographies are not translated. */
const works = {
  adam: [
    'Kingma and Ba 2015',
    'Kingma, D. P., and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR. arXiv 1412.6980.',
  ],
  glorot: [
    'Glorot and Bengio 2010',
    'Glorot, X., and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural networks. AISTATS, PMLR 9, 249–256.',
  ],
  orthogonal: [
    'Saxe et al. 2014',
    'Saxe, A. M., McClelland, J. L., and Ganguli, S. (2014). Exact solutions to the nonlinear dynamics of learning in deep linear neural networks. ICLR. arXiv 1312.6120.',
  ],
  forgetBias: [
    'Jozefowicz et al. 2015',
    'Jozefowicz, R., Zaremba, W., and Sutskever, I. (2015). An empirical exploration of recurrent network architectures. ICML, PMLR 37, 2342–2350.',
  ],
  student: ['Student 1908', 'Student (1908). The probable error of a mean. Biometrika 6, 1–25.'],
  equivalence: [
    'Schuirmann 1987',
    'Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680.',
  ],
  twoWay: [
    'Dorfman et al. 1992',
    'Dorfman, D. D., Berbaum, K. S., and Metz, C. E. (1992). Receiver operating characteristic rating analysis: generalization to the population of readers and patients with the jackknife method. Investigative Radiology 27, 723–731.',
  ],
  interim: [
    "O'Brien and Fleming 1979",
    "O'Brien, P. C., and Fleming, T. R. (1979). A multiple testing procedure for clinical trials. Biometrics 35, 549–556.",
  ],
  contrasts: [
    'Boik 1981',
    'Boik, R. J. (1981). A priori tests in repeated measures designs: effects of nonsphericity. Psychometrika 46, 241–255.',
  ],
  holm: [
    'Holm 1979',
    'Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65–70.',
  ],
  mcnemar: [
    'McNemar 1947',
    'McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages. Psychometrika 12, 153–157.',
  ],
  bootstrap: [
    'Efron 1979',
    'Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1–26.',
  ],
  permutation: ['Fisher 1935', 'Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd.'],
  pairedProportions: [
    'Agresti 2013',
    'Agresti, A. (2013). Categorical Data Analysis, 3rd edition. Wiley.',
  ],
  rankCorrelation: [
    'Spearman 1904',
    'Spearman, C. (1904). The proof and measurement of association between two things. American Journal of Psychology 15, 72–101.',
  ],
  splitHalf: [
    'Spearman 1910',
    'Spearman, C. (1910). Correlation calculated from faulty data. British Journal of Psychology 3, 271–295.',
  ],
  imdb: [
    'Maas et al. 2011',
    'Maas, A. L., Daly, R. E., Pham, P. T., Huang, D., Ng, A. Y., and Potts, C. (2011). Learning word vectors for sentiment analysis. ACL-HLT, 142–150.',
  ],
  brier: [
    'Brier 1950',
    'Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1–3.',
  ],
  calibration: [
    'Guo et al. 2017',
    'Guo, C., Pleiss, G., Sun, Y., and Weinberger, K. Q. (2017). On calibration of modern neural networks. ICML, PMLR 70, 1321–1330.',
  ],
  wilson: [
    'Wilson 1927',
    'Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22, 209–212.',
  ],
  procrustes: [
    'Schönemann 1966',
    'Schönemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem. Psychometrika 31, 1–10.',
  ],
  cka: [
    'Kornblith et al. 2019',
    'Kornblith, S., Norouzi, M., Lee, H., and Hinton, G. (2019). Similarity of neural network representations revisited. ICML, PMLR 97, 3519–3529.',
  ],
  rsa: [
    'Kriegeskorte et al. 2008',
    'Kriegeskorte, N., Mur, M., and Bandettini, P. (2008). Representational similarity analysis: connecting the branches of systems neuroscience. Frontiers in Systems Neuroscience 2, 4.',
  ],
} as const satisfies Record<string, readonly [short: string, whole: string]>;

export type Work = keyof typeof works;
export type Cite = (work: Work) => string;

/** `cite` gives the short form, "Student 1908"; `cited` every work that was cited, in the order of the alphabet. */
export function bibliography(): Readonly<{ cite: Cite; cited: () => readonly string[] }> {
  const used = new Set<Work>();
  return {
    cite(work) {
      used.add(work);
      return works[work][0];
    },
    cited: () =>
      [...used].map((work) => works[work][1]).sort((one, other) => one.localeCompare(other, 'en')),
  };
}
