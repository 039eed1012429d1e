/** Whether what is shown follows the logs at this moment. */
export function LiveSign() {
  return <span className="live">live</span>;
}
