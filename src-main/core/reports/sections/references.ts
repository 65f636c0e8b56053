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
    cited: () => [...used].map((work) => works[work][1]).sort(),
  };
}
